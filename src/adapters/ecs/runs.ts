import type { Task } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import type { Unit } from "../../domain/plan.ts";
import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { Call, RunVerbs, Try } from "../adapter.ts";
import { codeOf, failureError } from "./classify.ts";
import { type Cloud } from "./cloud.ts";
import { remember } from "./known.ts";
import type { EcsRegion } from "./config.ts";
import { observeTries } from "./observe-tries.ts";
import { forgetPrepared, prepareOnce } from "./prepared.ts";
import { regionOfUnit, renderingOf } from "./render/document.ts";
import { renderRun } from "./render/service.ts";
import { splitTry } from "./render/try.ts";
import { describeTasks } from "./tasks.ts";
import { isYoung, tryByName, tryObservation } from "./try-task.ts";

/** Tries of jobs on Fargate: one task each, started by `RunTask` under the try's own name as its token. */
export function runVerbs(cloud: Cloud): RunVerbs {
  return {
    start: (unit, run, call) => start(cloud, unit, run, call),
    observe: (tries, call) => observeTries(cloud, tries, call),
    async stop(unit, run, call) {
      const region = regionOfUnit(unit, cloud.config);
      const task = await find(cloud, region, { unit, run }, call);
      if (task === undefined) return isYoung(cloud, run) ? "stopping" : "stopped";
      if (task.lastStatus === "STOPPED") return "stopped";
      const stop = { cluster: region.cluster, task: task.taskArn, reason: "Stopped on request" };
      await cloud.send(region.region, "StopTask", stop, call);
      return "stopping";
    },
  };
}

// Within a day the token alone makes the second start the first (Amazon ECS API, RunTask); after that the task itself is looked for,
// and a try that was told to start and cannot be found is `unknown`, never started again.
async function start(cloud: Cloud, unit: Unit, run: RunRef, call: Call): Promise<RunObservation> {
  const { unit: shared, variables } = splitTry(unit);
  const rendering = renderingOf(shared, cloud.config);
  const region = regionOfUnit(unit, cloud.config);
  const there = run.startedAt === undefined ? undefined : await find(cloud, region, { unit, run }, call);
  if (there !== undefined) return await tryObservation(cloud, region, { unit, run }, there, call);
  if (run.startedAt !== undefined && cloud.ports.now() - run.startedAt > TOKEN_MS)
    return await tryObservation(cloud, region, { unit, run }, undefined, call);
  const naming = await prepareOnce(cloud, region, rendering, call);
  const task = await runTask(
    cloud,
    region,
    unit,
    renderRun(rendering, naming, { name: run.name, variables }),
    call,
  );
  remember(cloud.known.tasks, run.name, task.taskArn ?? "");
  return await tryObservation(cloud, region, { unit, run }, task, call);
}

/** How long ECS knows a token again; an hour less than its day, so that clocks may differ. */
const TOKEN_MS = 23 * 3_600_000;

async function runTask(
  cloud: Cloud,
  region: EcsRegion,
  unit: Unit,
  input: ReturnType<typeof renderRun>,
  call: Call,
): Promise<Task> {
  try {
    const { tasks = [], failures = [] } = await cloud.send(region.region, "RunTask", input, call);
    const [failure] = failures;
    if (failure !== undefined) throw failureError(failure);
    const [task] = tasks;
    if (task !== undefined) return task;
  } catch (error) {
    if (codeOf(error) !== "ConflictException") {
      // Somebody may have taken away what was there; the next start looks again.
      forgetPrepared(cloud, region, unit.id);
      throw error;
    }
    // Another call under this token, with other parameters, was first: its task is this try.
    const [task] = await describeTasks(cloud, region, conflictingTasks(error), call);
    if (task !== undefined) return task;
    throw error;
  }
  throw new AdapterError("bug", "ECS started no task and gave no reason.");
}

// ConflictException names the tasks of the first call (Amazon ECS API, RunTask, Errors: resourceIds).
function conflictingTasks(error: unknown): readonly string[] {
  const cause = error instanceof AdapterError ? error.cause : error;
  const ids: unknown =
    typeof cause === "object" && cause !== null ? Reflect.get(cause, "resourceIds") : undefined;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

async function find(cloud: Cloud, region: EcsRegion, one: Try, call: Call): Promise<Task | undefined> {
  const known = cloud.known.tasks.get(one.run.name);
  const [remembered] = known === undefined ? [] : await describeTasks(cloud, region, [known], call);
  return remembered ?? (await tryByName(cloud, region, one, call));
}
