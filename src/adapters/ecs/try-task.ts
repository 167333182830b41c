import type { Task } from "@aws-sdk/client-ecs";
import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { Call, Try } from "../adapter.ts";
import { mayTouch } from "../ours.ts";
import { type Cloud } from "./cloud.ts";
import { remember } from "./known.ts";
import type { EcsRegion } from "./config.ts";
import { lastLinesOf } from "./logs.ts";
import { mainName } from "./render/container.ts";
import { markIn } from "./render/tags.ts";
import { endOf, tasksStartedBy } from "./tasks.ts";

/**
 * The task of a try by the try's own name alone, for what is rendered of its unit changes with the target and with Berth. Throws
 * `AdapterError` where it is not ours.
 */
export async function tryByName(
  cloud: Cloud,
  region: EcsRegion,
  one: Try,
  call: Call,
): Promise<Task | undefined> {
  const [task] = await tasksStartedBy(cloud, region, one.run.name, call);
  return task === undefined ? undefined : await ownTask(cloud, one, task);
}

/** The same task, remembered as this try's. Throws `AdapterError` where it is not ours. */
export async function ownTask(cloud: Cloud, { unit, run }: Try, task: Task): Promise<Task> {
  mayTouch(`The task ${task.taskArn ?? run.name}`, markIn(task.tags), unit.id, await cloud.owner());
  remember(cloud.known.tasks, run.name, task.taskArn ?? "");
  return task;
}

/** How a try stands by its task, with the last lines of one that has stopped. Without a task it is beginning still, or unknown. */
export async function tryObservation(
  cloud: Cloud,
  region: EcsRegion,
  { unit, run }: Try,
  task: Task | undefined,
  call: Call,
): Promise<RunObservation> {
  const at = cloud.ports.now();
  if (task === undefined) {
    const reason = "ECS knows no task of this try; it forgets one about an hour after its end.";
    return run.startedAt === undefined || isYoung(cloud, run)
      ? { phase: "starting", lastLines: [], at }
      : { phase: "unknown", reason, lastLines: [], at };
  }
  const times = { startedAt: task.startedAt?.getTime(), endedAt: task.stoppedAt?.getTime() };
  if (task.lastStatus !== "STOPPED") {
    const runs = task.lastStatus !== undefined && !BEFORE_RUNNING.has(task.lastStatus);
    return { phase: runs ? "running" : "starting", ...times, lastLines: [], at };
  }
  const main = task.containers?.find(({ name }) => name === mainName(unit, "job"));
  const exitCode = main?.exitCode;
  const lastLines = await lastLinesOf(cloud, region, task, call);
  if (exitCode === 0) return { phase: "succeeded", exitCode, ...times, lastLines, at };
  const phase = task.stopCode === "UserInitiated" ? "stopped" : "failed";
  return { phase, exitCode, reason: endOf(task), ...times, lastLines, at };
}

const BEFORE_RUNNING: ReadonlySet<string> = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);

/**
 * Lists lag behind (Amazon ECS API, "Eventual consistency"), and a start that nobody answered may arrive late: what was told to start
 * just now, and is in none, may be there all the same.
 */
export const isYoung = ({ ports }: Cloud, { startedAt }: RunRef): boolean =>
  startedAt !== undefined && ports.now() - startedAt < LATE_START_MS + LIST_LAG_MS;
const LIST_LAG_MS = 60_000;
/** More than the reconciler waits for such a start before it stops a try (`LATE_CALL_MS` in `src/reconcile/runs/run-timing.ts`). */
const LATE_START_MS = 30_000;
