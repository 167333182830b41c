import type { Adapter } from "../adapters/adapter.ts";
import type { Endpoint } from "../domain/observation.ts";
import type { Target } from "../store/instance.ts";
import type { Claim, RunClaim, RunProgress, Store } from "../store/store.ts";
import type { Replan } from "./action.ts";
import type { PlaceRequest } from "./runs/run-world.ts";
import type { Timing } from "./world.ts";

/** What the reconciler's loops may touch. */
export interface ReconcilePorts {
  readonly store: Store;
  readonly open: (target: Target) => Adapter;
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly draw: () => number;
  /** Names this process in leases. */
  readonly owner: string;
  /** When this process started: before one lease has passed, no agent counts as silent. */
  readonly startedAt: number;
  readonly timing: Timing;
  /** Ask one endpoint for its health over the path traffic takes; a sentence when it does not answer well. */
  readonly probe: (
    endpoint: Endpoint,
    request: ProbeRequest,
    signal: AbortSignal,
  ) => Promise<string | undefined>;
  /** Requests in flight at a unit as the gateways here count them; undefined where nobody counts. */
  readonly inflight: (unit: string) => number | undefined;
  /** Hosts a workload's route answers under. */
  readonly hosts: (claim: Claim, projectName: string) => readonly string[];
  /** Make and commit another plan; a sentence when there is no other place. */
  readonly replan: (claim: Claim, request: Replan, because: string) => Promise<string | undefined>;
  /** Find another place for a run's next tries; a sentence when there is none. Writes nothing that anything depends on. */
  readonly placeRun: (claim: RunClaim, request: PlaceRequest) => Promise<RunPlaced | string>;
  /** Ask an agent to sync now; nothing happens when it has no line. */
  readonly ring: (agentId: string) => void;
  /** Something was sent to a target: its next look should be soon. */
  readonly touched: (target: string) => void;
  /** A unit is about to go: streams that are still open on it get a clean close. */
  readonly leaving: (unit: string) => void;
  /** A route has changed: gateways here may drop their copy. */
  readonly routeChanged: (claim: Claim) => void;
  readonly log: (
    level: "info" | "warn" | "error",
    message: string,
    data?: Readonly<Record<string, unknown>>,
  ) => void;
}

/** Where a run's next tries begin, as it is to be written, and how people read it. */
export interface RunPlaced extends NonNullable<RunProgress["placed"]> {
  readonly because: string;
  /** Id of the plan that tells why these places. */
  readonly plan: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface ProbeRequest {
  /** HTTP path, or undefined to only connect. */
  readonly path: string | undefined;
  readonly timeoutMs: number;
}
