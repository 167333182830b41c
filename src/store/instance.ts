import type { AgentReport } from "../domain/agent.ts";

/** What belongs to the installation: projects, environments, tokens, targets, agents, idempotency. */
export interface InstanceStore {
  /** Made once at first start; `epoch` rises whenever this database may be an older copy of itself. */
  installation(now: number): Promise<Installation>;
  raiseEpoch(): Promise<Installation>;

  /** Takes or renews a named lease (one sweep of one account at a time); false while another owner holds it. */
  takeLease(name: string, owner: string, now: number, leaseMs: number): Promise<boolean>;
  /** Gives back every lease of an owner that ends, so that whoever comes next does not wait for them. */
  releaseLeases(owner: string): Promise<void>;

  createProject(project: Project): Promise<boolean>;
  projects(): Promise<readonly Project[]>;
  project(idOrName: string): Promise<Project | undefined>;
  putEnvironment(project: string, environment: Environment): Promise<void>;
  environment(project: string, name: string): Promise<Environment | undefined>;
  environments(project: string): Promise<readonly Environment[]>;
  /** False when workloads still live in it. */
  deleteEnvironment(project: string, name: string): Promise<boolean>;

  insertToken(token: Token): Promise<void>;
  tokenByHash(hash: string): Promise<Token | undefined>;
  tokens(project: string | undefined): Promise<readonly Token[]>;
  revokeToken(project: string | undefined, id: string, now: number): Promise<boolean>;

  /** `ifVersion`: undefined writes always, 0 only when absent, n only over version n. Returns the stored row, or undefined on a mismatch. */
  putTarget(target: Omit<Target, "version">, ifVersion?: number): Promise<Target | undefined>;
  /** Targets a project may use: its own and the instance's. */
  targets(project: string): Promise<readonly Target[]>;
  target(project: string, name: string): Promise<Target | undefined>;
  targetById(id: string): Promise<Target | undefined>;
  /** Every target of the installation, for the sweep. */
  allTargets(): Promise<readonly Target[]>;
  /** "in-use" while units that are not gone are there. `undefined` names the instance's own. */
  deleteTarget(project: string | undefined, name: string): Promise<"deleted" | "absent" | "in-use">;

  insertJoinToken(token: JoinToken): Promise<void>;
  /** Spends a join token and makes the agent in one batch; undefined when spent, expired or unknown. */
  joinAgent(hash: string, agent: Omit<Agent, "project" | "pool">, now: number): Promise<Agent | undefined>;
  agent(id: string): Promise<Agent | undefined>;
  agents(project: string, pool?: string): Promise<readonly Agent[]>;
  /** Heartbeat and report. */
  touchAgent(id: string, report: AgentReport): Promise<void>;
  removeAgent(project: string, id: string): Promise<boolean>;

  /** Starts a keyed request: "new" (go on), "in-flight", or what was answered before. `mismatch` when the fingerprint differs. */
  beginIdempotent(key: IdempotencyKey): Promise<IdempotencyState>;
  finishIdempotent(key: Pick<IdempotencyKey, "project" | "key">, answer: StoredAnswer): Promise<void>;
  /** Forget a key whose request had no lasting effect, so that a retry runs. */
  forgetIdempotent(key: Pick<IdempotencyKey, "project" | "key">): Promise<void>;
}

export interface Installation {
  readonly id: string;
  readonly epoch: number;
  readonly createdAt: number;
}
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
}
export interface Environment {
  readonly name: string;
  readonly class: "production" | "staging" | "preview";
  readonly protected: boolean;
  readonly ttlHours?: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
}
export interface Token {
  readonly id: string;
  /** Hex SHA-256 of the whole token. */
  readonly hash: string;
  readonly name: string;
  /** Undefined for a token of the instance's administrator. */
  readonly project: string | undefined;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
  readonly revokedAt?: number | undefined;
}
export interface Target {
  readonly id: string;
  /** Undefined: owned by the instance. */
  readonly project: string | undefined;
  readonly name: string;
  readonly kind: "sandbox" | "agents" | "ecs" | "aci" | "cloud-run";
  readonly config: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly createdAt: number;
}
export interface JoinToken {
  readonly hash: string;
  readonly project: string;
  readonly pool: string;
  /** When given, the token makes an agent of this name only. */
  readonly agentName?: string | undefined;
  readonly expiresAt: number;
  readonly createdAt: number;
}
export interface Agent {
  readonly id: string;
  readonly project: string;
  readonly pool: string;
  readonly name: string;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  readonly joinedAt: number;
  readonly report?: AgentReport | undefined;
}
export interface IdempotencyKey {
  readonly project: string;
  readonly key: string;
  /** Hash of method, path, query and body. */
  readonly fingerprint: string;
  readonly now: number;
  readonly keepMs: number;
}
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type IdempotencyState =
  | { readonly state: "new" }
  | { readonly state: "in-flight" }
  | { readonly state: "mismatch" }
  | { readonly state: "answered"; readonly answer: StoredAnswer };
