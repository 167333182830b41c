import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";

/** A simulated account of AWS, as JSON. Only `simulate` makes the next one. */
export interface EcsState {
  readonly regions: Readonly<Record<string, RegionState>>;
  /** Counts whatever is made, for ids and addresses. */
  readonly serial: number;
  /** Calls left of each published limit. */
  readonly levels: Readonly<Record<string, { readonly tokens: number; readonly at: number }>>;
  /** How often each rule for faults has struck. */
  readonly struck: Readonly<Record<string, number>>;
}

/** What one region holds. */
export interface RegionState {
  readonly definitions: readonly Definition[];
  readonly services: readonly SimService[];
  readonly tasks: readonly SimTask[];
  readonly secrets: readonly SimSecret[];
  /** The newest revision of each family: a number is never given again. */
  readonly revisions?: Readonly<Record<string, number>> | undefined;
  /** RunTask's clientTokens, for a day. */
  readonly runTokens: readonly RunToken[];
}

export interface SimTag {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

export interface Definition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: "ACTIVE" | "INACTIVE" | "DELETE_IN_PROGRESS";
  readonly registeredAt: number;
  readonly input: RegisterTaskDefinitionCommandInput;
  readonly tags: readonly SimTag[];
}

export interface SimService {
  readonly name: string;
  readonly arn: string;
  readonly cluster: string;
  readonly definition: string;
  readonly express: boolean;
  readonly desired: number;
  readonly createdAt: number;
  /** Set by a delete: it drains until then, and is INACTIVE afterwards. */
  readonly inactiveAt?: number | undefined;
  readonly failedTasks: number;
  /** The circuit breaker gave up at this moment. */
  readonly failedAt?: number | undefined;
  /** What it was created with: launch, network, token, health check, scaling target. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly publicIp: boolean;
  readonly spot: { readonly base: number } | undefined;
  readonly tags: readonly SimTag[];
}

export interface SimTask {
  readonly id: string;
  readonly arn: string;
  readonly cluster: string;
  readonly definition: string;
  readonly group: string;
  readonly startedBy: string;
  readonly provider: "FARGATE" | "FARGATE_SPOT";
  readonly publicIp: boolean;
  /** Number of the task in the whole account, from which its addresses are made. */
  readonly number: number;
  readonly createdAt: number;
  /** When its main container ends by itself, and with which code; absent for what runs until it is stopped. */
  readonly ends?:
    | { readonly at: number; readonly exitCode: number; readonly lines: readonly string[] }
    | undefined;
  /** Variables that its RunTask gave the main container on top of the definition's. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly stop?: { readonly at: number; readonly code: string; readonly reason: string } | undefined;
  readonly tags: readonly SimTag[];
}

export interface SimSecret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
  readonly createdAt: number;
  /** Moments of its newest versions, the first one aside. */
  readonly versions?: readonly number[] | undefined;
  readonly tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
}

export interface RunToken {
  readonly token: string;
  readonly fingerprint: string;
  readonly arns: readonly string[];
  readonly at: number;
}

export const EMPTY_STATE: EcsState = { regions: {}, serial: 0, levels: {}, struck: {} };
export const EMPTY_REGION: RegionState = {
  definitions: [],
  services: [],
  tasks: [],
  secrets: [],
  runTokens: [],
};
