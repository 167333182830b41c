import type { Operation } from "../api.ts";
import type { Statement } from "../statements.ts";

/** How a simulated account behaves: what there is, how long things take, and what goes wrong. JSON. */
export interface EcsRules {
  readonly accountId: string;
  readonly clusters: readonly string[];
  readonly capacityProviders: readonly string[];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly delaysMs: {
    /** From the call until a task leaves PROVISIONING. */
    readonly create: number;
    /** From there until it is RUNNING. */
    readonly ready: number;
    /** From the delete until a service is INACTIVE: its tasks need only be STOPPING. */
    readonly destroy: number;
    /** From the stop until a task is STOPPED, which is up to its `stopTimeout`; `destroy` when absent. */
    readonly stop?: number | undefined;
    /** For so long new things are missing from lists; a read by name finds them at once. */
    readonly visible: number;
    /** From the create until an Express service has its URL. */
    readonly express: number;
  };
  /** Images whose main container dies this long after it runs. The part must occur in the image's name. */
  readonly crashes: readonly Ending[];
  /** How tasks of jobs end; one that no rule names succeeds at once. */
  readonly exits: readonly Ending[];
  /** Whether main containers crash, and jobs run, as their own variables say (`toldBy`). */
  readonly obeysVariables?: boolean | undefined;
  readonly quota: {
    readonly services: number;
    readonly tasks: number;
    /** vCPUs of Fargate that Service Quotas tells; it knows of none when absent. Nothing is refused for them. */
    readonly onDemandVcpu?: number | undefined;
    readonly spotVcpu?: number | undefined;
  };
  /** Reasons with which RunTask answers in `failures[]` instead of starting, once each in this order. */
  readonly runFailures: readonly string[];
  /** Tokens, or subjects of them, that AssumeRoleWithWebIdentity lets in; everyone when absent. */
  readonly admits?: readonly string[] | undefined;
  /** What the role may do, as IAM's own simulation is asked; everything when absent. Calls themselves are not held to it. */
  readonly policy?: readonly Statement[] | undefined;
  /** Whether ListTasks takes a status for another filter beside `startedBy`, and refuses it; AWS does not say. */
  readonly startedByAlone?: boolean | undefined;
  /** Whether the published limits of calls hold: of all, or of those that change something. */
  readonly throttles: boolean | "writes";
  readonly faults: readonly FaultRule[];
}

interface Ending {
  readonly image: string;
  readonly exitCode: number;
  readonly afterMs: number;
  readonly lines: readonly string[];
}

/** The next `times` calls of an operation go wrong: before they do anything, after they have, or by losing the answer. */
export interface FaultRule {
  /** `*` is every operation. */
  readonly operation: Operation | "*";
  readonly when: "before" | "after" | "lost";
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly times: number;
  /** Calls of it that go well first. */
  readonly skip?: number | undefined;
}

/** An account in which everything goes well, soon. */
export const USUAL_RULES: EcsRules = {
  accountId: "123456789012",
  clusters: ["berth"],
  capacityProviders: ["FARGATE", "FARGATE_SPOT"],
  subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  securityGroups: ["sg-0123456789abcdef0"],
  delaysMs: { create: 300, ready: 700, destroy: 300, stop: 1_200, visible: 200, express: 1_000 },
  crashes: [{ image: ":crash", exitCode: 1, afterMs: 100, lines: ["it starts", "it falls over"] }],
  exits: [],
  quota: { services: 5_000, tasks: 5_000 },
  runFailures: [],
  throttles: true,
  faults: [],
};
