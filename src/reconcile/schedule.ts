import { lastTime, nextTime } from "../domain/cron-times.ts";
import type { Job } from "../domain/spec.ts";
import type { Action } from "./action.ts";
import { hasRoom } from "./begin-run.ts";
import type { World } from "./world.ts";

/** The most runs of one workload under way at once: a schedule that never waits must not pile up without end. */
export const MAX_OPEN_RUNS = 100;

interface Step {
  readonly actions: readonly Action[];
  readonly wakeAt?: number | undefined;
}
const NOTHING: Step = { actions: [] };

/**
 * What a job's schedule asks for now. Of the moments that were missed at most the last is made up. One that passed before the schedule was
 * first in force was none of it.
 */
export function scheduleStep({ plan, runs }: World, now: number): Step {
  const { job } = plan;
  if (plan.state !== "ready" || runs === undefined || job?.schedule === undefined) return NOTHING;
  const when = { schedule: job.schedule, timeZone: job.timeZone };
  const key = `${when.schedule} ${when.timeZone}`;
  const { scheduled } = runs;
  const known = scheduled?.key === key;
  const from = known ? scheduled.at : plan.createdAt;
  const last = lastTime(when, now);
  if (last !== undefined && last > from) {
    const open = hasRoom(plan) ? runs.open.length : "no-room";
    return { actions: [fire(job, key, last, open)] };
  }
  if (known) return { actions: [], wakeAt: nextTime(when, now) };
  // Noted once, so that a later plan with the same schedule does not lose a moment that is just due.
  const begins: Action = {
    do: "fire",
    scheduled: { key, at: from },
    replaces: false,
    because: `its schedule ${key} begins`,
  };
  return { actions: [begins] };
}

function fire(job: Job, key: string, at: number, open: number | "no-room"): Action {
  const scheduled = { key, at };
  const skip = (because: string): Action => ({ do: "fire", scheduled, replaces: false, because });
  if (open === "no-room") return skip("the scheduled run is left out, for the job is scaled to none");
  if (open > 0 && job.overlap === "forbid")
    return skip("the scheduled run is left out, for the one before it is still under way");
  if (open >= MAX_OPEN_RUNS && job.overlap === "allow")
    return skip(`the scheduled run is left out, for ${open} are under way already`);
  const replaces = open > 0 && job.overlap === "replace";
  return { do: "fire", scheduled, runFor: at, replaces, because: `its schedule ${key} is due` };
}
