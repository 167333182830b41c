import { Fault } from "../domain/fault.ts";
import { newId } from "../domain/id.ts";
import { isOver, RUNS_KEPT, type Run } from "../domain/run.ts";
import { runOfPlan } from "../reconcile/begin-run.ts";
import { MAX_OPEN_RUNS } from "../reconcile/schedule.ts";
import { readWorkload } from "./describe.ts";
import { findRun } from "./read-runs.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** Reads of a plan that another one replaced at that moment, before that is called a conflict. */
const MAX_TRIES = 5;

type RunPorts = Pick<Ports, "store" | "now" | "random" | "nudge">;

export interface RunRequest {
  readonly reason?: string | undefined;
}

/**
 * Begin a run of a job: it keeps the plan that is in force now. Throws `conflict` for what is no job, has no room, or is being removed, and
 * `too-many-requests` while as many runs as are allowed are under way.
 */
export async function startRun(
  ports: RunPorts,
  caller: Caller,
  name: string,
  { reason = "run by hand" }: RunRequest,
): Promise<Run> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const run = await draftRun(ports, caller, name, reason);
    const bounds = { most: MAX_OPEN_RUNS, keep: RUNS_KEPT };
    const result = await ports.store.startRun(scopeOf(caller), run, bounds);
    if (result === "started") {
      await ports.store.appendEvent(scopeOf(caller), name, begun(run));
      ports.nudge();
      return run;
    }
    if (result === "too-many")
      throw new Fault(
        "too-many-requests",
        `${name} has ${MAX_OPEN_RUNS} runs under way, and more are not begun: wait for some, or stop them.`,
        { retryAfterSeconds: 10 },
      );
  }
  throw new Fault("conflict", `${name} changes faster than a run of it can begin; try again.`);
}

async function draftRun(ports: RunPorts, caller: Caller, name: string, reason: string): Promise<Run> {
  const workload = await readWorkload(ports, caller, name);
  const plan = await ports.store.plan(caller.project.id, workload.plan);
  if (plan === undefined || plan.units.length === 0)
    throw new Fault("conflict", `${name} is being removed, and no run of it begins any more.`);
  if (plan.job === undefined)
    throw new Fault(
      "conflict",
      `${name} is no job: it runs by itself. Only workloads of kind job have runs.`,
    );
  if (!STANDING.has(plan.state))
    throw new Fault(
      "conflict",
      `Plan ${plan.generation} of ${name} is ${plan.state}: deploy it again first.`,
    );
  const start = {
    id: newId("run", ports.random),
    trigger: "manual" as const,
    actor: caller.actor,
    reason,
    now: ports.now(),
  };
  const run = runOfPlan(plan, start);
  if (run !== undefined) return run;
  throw new Fault("conflict", `${name} is scaled to none: clear its overrides before it runs again.`);
}

/** The states of a plan whose units take tries. */
export const STANDING: ReadonlySet<string> = new Set(["pending", "progressing", "ready"]);

function begun({ id, generation, actor, reason, createdAt }: Run) {
  return { at: createdAt, type: "run.begun", actor, message: reason, data: { run: id, generation } };
}

/** Ask a run to end early: its tries are stopped, and no further ones begin. One that is over is left as it ended: `conflict`. */
export async function stopRun(
  ports: RunPorts,
  caller: Caller,
  name: string,
  id: string,
  { reason = "nobody said why" }: RunRequest,
): Promise<Run> {
  const before = await findRun(ports, caller, name, id);
  const stop = { actor: caller.actor, reason, at: ports.now() };
  if (isOver(before) || (await ports.store.stopRuns(scopeOf(caller), name, stop, id)) === 0)
    throw new Fault("conflict", `Run ${id} of ${name} has ended already.`);
  ports.nudge();
  return await findRun(ports, caller, name, id);
}
