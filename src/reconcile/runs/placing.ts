import type { Run } from "../../domain/run.ts";
import type { NewEvent, RunProgress } from "../../store/store.ts";
import type { RunPlaced } from "../ports.ts";
import { wantsPlace } from "./decide.ts";
import type { RunAction, RunWorld } from "./run-world.ts";
import { PLACE_PAUSE_MS } from "./run-timing.ts";

/** What asking for another place changes of a run. */
interface Placement {
  readonly next: Run["placing"];
  readonly progress: Pick<RunProgress, "placed" | "placing" | "reason">;
  readonly events: readonly NewEvent[];
}

/** What is recorded of a place that was asked for, found or not, or that nobody asks for any more. `world`: as it is after the pass. */
export function placingOf(
  world: RunWorld,
  actions: readonly RunAction[],
  placed: RunPlaced | string | undefined,
  now: number,
): Placement {
  const { run } = world;
  const before = run.placing;
  const asked = actions.find((action) => action.do === "place");
  if (asked === undefined || placed === undefined) return unasked(world, now);
  const { indexes, isNeeded } = asked.request;
  const event = (type: string, message: string, data: Readonly<Record<string, unknown>>): NewEvent => ({
    at: now,
    type,
    actor: "berth",
    message,
    data: { run: run.id, indexes, ...data },
  });
  if (typeof placed !== "string") {
    const { because, plan, from, to, ...rest } = placed;
    const progress = { placed: rest, placing: null, reason: because };
    return { next: undefined, progress, events: [event("run.moved", because, { plan, from, to })] };
  }
  const since = isNeeded ? (before?.since ?? now) : undefined;
  const message = `${asked.because}; ${placed}`;
  const next = { notBefore: now + PLACE_PAUSE_MS, message, ...(since === undefined ? {} : { since }) };
  const isNew = isNeeded && before?.since === undefined;
  return {
    next,
    progress: { placing: next, ...(isNeeded ? { reason: `no place for its next try: ${message}` } : {}) },
    events: isNew ? [event("run.waits", message, {})] : [],
  };
}

// A wait that was not dealt with in this pass goes on.
function unasked(world: RunWorld, now: number): Placement {
  const { placing } = world.run;
  if (placing === undefined || wantsPlace(world, now)) return { next: placing, progress: {}, events: [] };
  const reason = placing.since === undefined ? {} : { reason: "its next try begins where it was" };
  return { next: undefined, progress: { placing: null, ...reason }, events: [] };
}
