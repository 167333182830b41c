import { base32 } from "../domain/base32.ts";
import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import type { Plan } from "../domain/plan.ts";
import type { Run } from "../domain/run.ts";
import type { Claim, ScheduleProgress } from "../store/store.ts";
import type { Action } from "./action.ts";

/** Bytes of a scheduled run's id: 100 bits, as any other's. */
const ID_BYTES = 13;
const ID_CHARS = 20;

/** What makes a run of a plan, besides who wants it and why. */
export interface RunStart {
  readonly id: string;
  readonly trigger: Run["trigger"];
  readonly scheduledFor?: number | undefined;
  readonly actor: string;
  readonly reason: string;
  readonly now: number;
}

/** Whether a job's plan has a place for each container of a run; one that is scaled to none has not. */
export function hasRoom({ job, units }: Pick<Plan, "job" | "units">): boolean {
  const places = units.reduce((sum, { replicas }) => sum + replicas.min, 0);
  return job !== undefined && places >= job.parallelism;
}

/** A run of a job's plan as it begins: it keeps the plan's units, and so their place, digest and secrets. Undefined where it is no job's, or has no room. */
export function runOfPlan(plan: Plan, { now, ...start }: RunStart): Run | undefined {
  const { project, environment, workload, generation, revision, job, units } = plan;
  if (job === undefined || !hasRoom(plan)) return undefined;
  const { retries, timeoutSeconds, parallelism, retryUnknown } = job;
  return {
    ...start,
    project,
    environment,
    workload,
    plan: plan.id,
    generation,
    revision,
    job: { retries, timeoutSeconds, parallelism, retryUnknown },
    units: units.map(({ id, replicas }) => ({ id, replicas: replicas.min })),
    state: "pending",
    createdAt: now,
  };
}

/** What is written for a moment of a schedule. The run's id follows from workload and moment, so that two who see it mean one run. */
export function scheduleProgress(
  { plan, workload }: Pick<Claim, "plan" | "workload">,
  { scheduled, runFor, replaces }: Extract<Action, { do: "fire" }>,
  now: number,
): ScheduleProgress {
  if (runFor === undefined) return { scheduled };
  const id = scheduledId(workload.id, runFor);
  const reason = `its schedule, for ${new Date(runFor).toISOString()}`;
  const run = runOfPlan(plan, { id, trigger: "schedule", scheduledFor: runFor, actor: "berth", reason, now });
  const replaced = { actor: "berth", reason: "the next scheduled run replaces it", at: now };
  return { scheduled, run, ...(replaces ? { replaces: replaced } : {}) };
}

function scheduledId(workloadId: string, at: number): string {
  const hash = sha256Hex(canonicalJson({ workloadId, at }));
  const bytes = Uint8Array.from({ length: ID_BYTES }, (_, index) =>
    Number.parseInt(hash.slice(index * 2, index * 2 + 2), 16),
  );
  return `run_${base32(bytes).slice(0, ID_CHARS)}`;
}
