import type { Observation } from "../domain/observation.ts";
import type { Unit } from "../domain/plan.ts";
import type { Action } from "./action.ts";
import type { SeenContainer } from "./drivers/seen.ts";
import { MAIN } from "./mark.ts";
import { START_LIMIT, type ReplicaMemory } from "./memory.ts";

/** A try of a job comes as a unit of its own with one container. This is the exit code of one whose end the engine does not tell. */
const UNKNOWN_EXIT = -1;
/** The one replica of a try. */
const ONLY = 0;
/** A fenced try gets no more than this to finish, s: the lease does not wait. */
const FENCE_GRACE_SECONDS = 1;

/** Whether a unit is one try of a job: it runs once, and is never started again. */
export function isTry({ template }: Pick<Unit, "template">): boolean {
  return template.kind === "job";
}

/** What a try needs: its one start. What has run is left as it is, for how it ended is still to be told; removing it is the broker's word. */
export function convergeTry(
  unit: Unit,
  containers: readonly SeenContainer[],
  memory: ReplicaMemory,
  { isFenced, now }: { readonly isFenced: boolean; readonly now: number },
): readonly Action[] {
  const main = mainOf(containers);
  if (isFenced) return main?.state === "running" ? [fence(unit)] : [];
  if (main !== undefined && main.state !== "created") return [];
  const spent = memory.firstRanAt !== undefined || cannotStart(memory) || unit.replicas.min === 0;
  if (spent || now < memory.notBefore) return [];
  return [{ do: "start", unit, replica: ONLY, because: "the try begins" }];
}

function fence({ id, template }: Unit): Action {
  const graceSeconds = Math.min(FENCE_GRACE_SECONDS, template.stopGraceSeconds);
  const because = "no word of the broker for most of a lease, and this try may run only once";
  return { do: "stop", unit: id, replica: ONLY, graceSeconds, why: "fenced", because };
}

/**
 * What is seen of a try. Ended is `stopped`, with its exit code; without one nobody knows how it ended. `failed` is one that could not be
 * started.
 */
export function observeTry(
  { id }: Unit,
  containers: readonly SeenContainer[],
  memory: ReplicaMemory,
  now: number,
): Observation {
  const main = mainOf(containers);
  const replicas = main === undefined ? 0 : 1;
  const seen = { unit: id, ready: 0, replicas, endpoints: [], restarts: 0, lastLines: [], at: now };
  if (main?.state === "running") return { ...seen, phase: "ready", ready: 1 };
  if (main?.state === "dead") return { ...seen, ...endOf(main) };
  if (memory.firstRanAt !== undefined) return { ...seen, phase: "stopped", reason: VANISHED };
  if (cannotStart(memory))
    return { ...seen, phase: "failed", reason: memory.startError ?? "it could not be started" };
  const reason = memory.startError;
  return { ...seen, phase: "creating", ...(reason === undefined ? {} : { reason }) };
}

const VANISHED =
  "it ran and is not there any more: somebody removed it, or it was stopped while the broker was out of reach";

function endOf({ death }: SeenContainer): Pick<Observation, "phase" | "exitCode" | "reason" | "lastLines"> {
  if (death === undefined) return { phase: "unready", lastLines: [] };
  const { exitCode, reason, lines } = death;
  if (exitCode === UNKNOWN_EXIT)
    return { phase: "stopped", reason: `how it ended is not known: it ${reason}`, lastLines: lines };
  if (exitCode === 0) return { phase: "stopped", exitCode, lastLines: lines };
  return { phase: "stopped", exitCode, reason: `it ${reason}`, lastLines: lines };
}

const cannotStart = ({ startError, refused, startFailures }: ReplicaMemory): boolean =>
  startError !== undefined && (refused || startFailures >= START_LIMIT);

const mainOf = (containers: readonly SeenContainer[]): SeenContainer | undefined =>
  containers.find(({ mark }) => mark.container === MAIN);
