import type { Unit } from "../../domain/plan.ts";
import type { Attempt, AttemptStop, Run, RunState } from "../../domain/run.ts";
import type { Timing } from "../world.ts";

/** Everything one decision about a run looks at. */
export interface RunWorld {
  readonly run: Run;
  readonly workloadId: string;
  readonly attempts: readonly Attempt[];
  /** The workload is being removed. */
  readonly removing: boolean;
  /** By their ids, the units that its tries run as. */
  readonly units: ReadonlyMap<string, Unit>;
  /** Unit id -> ms since its host was last heard; absent for units that no agent holds. */
  readonly silentMs: ReadonlyMap<string, number>;
  readonly timing: Timing;
}

/** Another place is asked for, for the next tries of these indexes. */
export interface PlaceRequest {
  readonly indexes: readonly number[];
  /** Hosts that do not answer, offers that have just said no, and targets that deny whatever is asked. */
  readonly avoidHosts: readonly string[];
  readonly avoidOffers: readonly string[];
  readonly avoidTargets: readonly string[];
  /** For how long the hosts that are left have been silent, ms, the shortest of them; absent where none is left for its silence. */
  readonly silentMs?: number | undefined;
  /** A try cannot begin without; otherwise its place may let it begin yet. */
  readonly isNeeded: boolean;
  readonly because: string;
}

/** One thing to do next. `start` of a try that is stored already repeats a call whose answer was lost; it starts once all the same. */
export type RunAction =
  | { readonly do: "start"; readonly attempt: Attempt; readonly fresh: boolean; readonly because: string }
  | { readonly do: "observe"; readonly attempt: Attempt; readonly because: string }
  | { readonly do: "stop"; readonly attempt: Attempt; readonly stop: AttemptStop; readonly because: string }
  /** Written and nothing more: the call follows once no start can arrive any more. */
  | {
      readonly do: "announce-stop";
      readonly attempt: Attempt;
      readonly stop: AttemptStop;
      readonly because: string;
    }
  | { readonly do: "release"; readonly attempt: Attempt; readonly because: string }
  /** Nothing more can be learnt by asking: the try's end is written without a call. */
  | {
      readonly do: "end";
      readonly attempt: Attempt;
      readonly phase: "failed" | "unknown";
      readonly stop?: AttemptStop | undefined;
      readonly because: string;
    }
  | { readonly do: "leave"; readonly attempt: Attempt; readonly because: string }
  | { readonly do: "place"; readonly request: PlaceRequest; readonly because: string }
  | { readonly do: "finish"; readonly state: RunState; readonly because: string };

export interface RunDecision {
  readonly actions: readonly RunAction[];
  readonly wakeAt?: number | undefined;
}

/** Nothing to do, and nothing to wake for. */
export const NOTHING: RunDecision = { actions: [] };

/** These actions, now. */
export const act = (...actions: readonly RunAction[]): RunDecision => ({ actions });

/** Nothing before that moment, ms. */
export const waitUntil = (wakeAt: number): RunDecision => ({ actions: [], wakeAt });
