import type { Task } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import type { Call } from "../adapter.ts";
import { requireOnlyMissing } from "./classify.ts";
import { batches, type Cloud, everyPage } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { TASKS_PER_DESCRIBE } from "./quotas.ts";

interface TaskFilter {
  readonly family?: string;
  readonly serviceName?: string;
  /** The only one then, but for the status (Amazon ECS API, ListTasks). */
  readonly startedBy?: string;
  readonly desiredStatus?: "RUNNING" | "STOPPED";
}

/** ARNs of the tasks in a cluster, all of them or those of one family or service; the running ones unless said. */
export async function listTasks(
  cloud: Cloud,
  region: EcsRegion,
  filter: TaskFilter,
  call: Call,
): Promise<readonly string[]> {
  const input = { cluster: region.cluster, ...filter };
  return await everyPage(cloud, region, "ListTasks", input, ({ taskArns }) => taskArns, call);
}

/** Tasks by their ARNs, with their tags, a hundred a call. One that ECS has forgotten is left out. */
export async function describeTasks(
  cloud: Cloud,
  region: EcsRegion,
  arns: readonly string[],
  call: Call,
): Promise<readonly Task[]> {
  const found: Task[] = [];
  for (const batch of batches(arns, TASKS_PER_DESCRIBE)) {
    const input = { cluster: region.cluster, tasks: [...batch], include: ["TAGS" as const] };
    const { tasks = [], failures } = await cloud.send(region.region, "DescribeTasks", input, call);
    requireOnlyMissing(failures);
    found.push(...tasks);
  }
  return found;
}

/** The tasks that were started under a name: what runs, or else what stopped within the hour. */
export async function tasksStartedBy(
  cloud: Cloud,
  region: EcsRegion,
  startedBy: string,
  call: Call,
): Promise<readonly Task[]> {
  const running = await listTasks(cloud, region, { startedBy }, call);
  const arns = running.length > 0 ? running : await stoppedOf(cloud, region, startedBy, call);
  return (await describeTasks(cloud, region, arns, call)).filter((task) => task.startedBy === startedBy);
}

// Whether the status counts as another filter is not said; many ask for both, and where AWS refuses it all that stopped is looked at.
async function stoppedOf(
  cloud: Cloud,
  region: EcsRegion,
  startedBy: string,
  call: Call,
): Promise<readonly string[]> {
  const desiredStatus = "STOPPED" as const;
  try {
    return await listTasks(cloud, region, { startedBy, desiredStatus }, call);
  } catch (error) {
    if (!(error instanceof AdapterError) || error.kind !== "invalid") throw error;
    return await listTasks(cloud, region, { desiredStatus }, call);
  }
}

/** Every task of these families that is not STOPPED: those that ECS means to stop, and that still run, are in its list of what stopped. */
export async function tasksLeft(
  cloud: Cloud,
  region: EcsRegion,
  families: ReadonlySet<string>,
  call: Call,
): Promise<readonly Task[]> {
  const arns: string[] = [];
  for (const family of families)
    for (const desiredStatus of ["RUNNING", "STOPPED"] as const)
      arns.push(...(await listTasks(cloud, region, { family, desiredStatus }, call)));
  const tasks = await describeTasks(cloud, region, arns, call);
  return tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
}

/** The family in the ARN of a task definition. */
export function familyIn(taskDefinition: string): string {
  return taskDefinition.slice(taskDefinition.lastIndexOf("/") + 1).replace(/:\d+$/, "");
}

/** Why a task ended, in words: what ECS says, and what the containers say. */
export function endOf(task: Task): string {
  const said = task.stoppedReason ?? task.stopCode ?? "the task stopped";
  const containers = (task.containers ?? []).flatMap(({ name, exitCode, reason }) => {
    const parts = [
      ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
      ...(reason === undefined ? [] : [reason]),
    ];
    return parts.length === 0 ? [] : [`${name ?? "a container"}: ${parts.join(", ")}`];
  });
  return [said.replace(/\.$/, ""), ...containers].join("; ");
}

/** The last part of a task's ARN, which names its log streams. */
export function taskIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
