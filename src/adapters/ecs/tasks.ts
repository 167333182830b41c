import type { Task } from "@aws-sdk/client-ecs";
import type { Call } from "../adapter.ts";
import { batches, type Cloud, everyPage } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { TASKS_PER_DESCRIBE } from "./quotas.ts";

interface TaskFilter {
  readonly family?: string;
  readonly serviceName?: string;
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
    const { tasks = [] } = await cloud.send(region.region, "DescribeTasks", input, call);
    found.push(...tasks);
  }
  return found;
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
