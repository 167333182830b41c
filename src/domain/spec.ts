/** The portable spec in its canonical form: parsed, defaults applied, units in the names. `parse-spec.ts` makes it. */

export type Kind = "service" | "worker" | "job";
export type Arch = "any" | "amd64" | "arm64";
/** What to do with a unit whose agent cannot be reached: start another, or only once the first has surely stopped. */
export type Unreachable = "replace" | "fence";

export interface Spec {
  readonly name: string;
  readonly kind: Kind;
  readonly image: string;
  readonly entrypoint?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Environment variable name -> name of a broker secret. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly files: readonly FileMount[];
  readonly resources: Resources;
  readonly route?: RouteSpec | undefined;
  readonly ports: readonly InternalPort[];
  readonly health: Health;
  readonly scale: Scale;
  readonly before: readonly BeforeHook[];
  readonly sidecars: readonly Sidecar[];
  readonly volumes: readonly Volume[];
  readonly user?: string | number | undefined;
  readonly workingDir?: string | undefined;
  readonly stopGraceSeconds: number;
  readonly singleton: boolean;
  readonly unreachable: Unreachable;
  readonly priority: number;
  readonly after: readonly string[];
  readonly talksTo: readonly Peer[];
  readonly job?: Job | undefined;
  readonly rollout: Rollout;
  readonly usage: Usage;
  /** A policy's name, or an inline one that may only narrow. */
  readonly policy: string | Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly "x-ecs"?: Readonly<Record<string, unknown>> | undefined;
  readonly "x-aci"?: Readonly<Record<string, unknown>> | undefined;
  readonly "x-cloud-run"?: Readonly<Record<string, unknown>> | undefined;
}

export interface FileMount {
  readonly path: string;
  readonly content?: string | undefined;
  readonly secret?: string | undefined;
}

export interface Resources {
  readonly milliCpu: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
  readonly arch: Arch;
  readonly gpu?: { readonly type: string; readonly count: number } | undefined;
}

export interface RouteSpec {
  readonly port: number;
  readonly protocol: "http1" | "h2c" | "grpc";
  readonly access: "public" | "private";
  readonly hosts: readonly string[];
  readonly sticky: boolean;
  readonly timeoutSeconds: number;
  readonly maxBodyMiB: number;
}

export interface InternalPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: "tcp" | "udp";
}

/** Without `path`, `grpc` or `aliveSeconds`, a routed container is healthy when its port accepts a connection. */
export interface Health {
  readonly path?: string | undefined;
  readonly grpc?: string | undefined;
  readonly aliveSeconds?: number | undefined;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
  readonly startupSeconds: number;
}

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly concurrency?: number | undefined;
  readonly cpuPercent?: number | undefined;
}

export interface BeforeHook {
  readonly name: string;
  readonly entrypoint?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly timeoutSeconds: number;
}

export interface Sidecar {
  readonly name: string;
  readonly image: string;
  readonly entrypoint?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly resources: { readonly milliCpu: number; readonly memoryMiB: number };
  readonly essential: boolean;
}

export interface Volume {
  readonly name: string;
  readonly path: string;
  readonly sizeGiB: number;
  readonly kind: "scratch" | "disk" | "share";
}

/** Something the workload exchanges data with: another workload, or a place outside Berth. */
export interface Peer {
  readonly workload?: string | undefined;
  readonly place?: string | undefined;
  readonly name?: string | undefined;
  readonly gibPerMonth?: number | undefined;
  readonly maxLatencyMs?: number | undefined;
}

export interface Job {
  readonly retries: number;
  readonly timeoutSeconds: number;
  readonly parallelism: number;
  readonly schedule?: string | undefined;
  readonly timeZone: string;
  readonly overlap: "allow" | "forbid" | "replace";
  readonly retryUnknown: boolean;
}

export interface Rollout {
  readonly strategy: "rolling" | "canary" | "recreate";
  readonly percents: readonly number[];
  readonly bakeSeconds: number;
  readonly deadlineSeconds: number;
  readonly order: "start-first" | "stop-first";
  readonly onFailure: "rollback" | "hold";
}

export interface Usage {
  readonly requestsPerMonth?: number | undefined;
  readonly requestMs?: number | undefined;
  readonly egressGiBPerMonth?: number | undefined;
  readonly hoursPerDay?: number | undefined;
}

/** Where a revision came from; kept beside it, outside its hash. */
export interface Source {
  readonly repo?: string | undefined;
  readonly commit?: string | undefined;
  readonly ref?: string | undefined;
  readonly runUrl?: string | undefined;
  readonly sequence?: number | undefined;
}
