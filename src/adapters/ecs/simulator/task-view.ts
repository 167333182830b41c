import { findDefinition } from "./definitions.ts";
import { interfaceId } from "./network.ts";
import { endedAt, endedItself, isWanted, runsAt, statusOf } from "./progress.ts";
import type { SimTask } from "./state.ts";
import { seconds, type World } from "./world.ts";

/** A task as ECS shows it. */
export function shownTask(world: World, task: SimTask, withTags: boolean): object {
  const status = statusOf(world, task);
  const definition = findDefinition(world, task.definition)?.input;
  const end = endedAt(world, task);
  const stopped = end !== undefined && world.now >= end;
  const began = runsAt(world, task) <= Math.min(world.now, task.stop?.at ?? Infinity);
  const own = endedItself(task);
  return {
    taskArn: task.arn,
    clusterArn: world.arn("ecs", `cluster/${task.cluster}`),
    taskDefinitionArn: task.definition,
    group: task.group,
    startedBy: task.startedBy,
    lastStatus: status,
    desiredStatus: isWanted(world, task) ? "RUNNING" : "STOPPED",
    ...(task.provider === "FARGATE_SPOT"
      ? { capacityProviderName: "FARGATE_SPOT" }
      : { launchType: "FARGATE" }),
    platformVersion: "1.4.0",
    cpu: definition?.cpu ?? "256",
    memory: definition?.memory ?? "512",
    createdAt: seconds(task.createdAt),
    ...(began ? { startedAt: seconds(runsAt(world, task)) } : {}),
    ...(stopped ? { stoppedAt: seconds(end) } : {}),
    ...(isWanted(world, task)
      ? {}
      : {
          stopCode: own ? "EssentialContainerExited" : (task.stop?.code ?? "UserInitiated"),
          stoppedReason: own ? "Essential container in task exited" : (task.stop?.reason ?? ""),
        }),
    containers: (definition?.containerDefinitions ?? []).map(({ name = "", image = "" }, index) => ({
      containerArn: world.arn("ecs", `container/${task.cluster}/${task.id}/${index}`),
      taskArn: task.arn,
      name,
      image,
      lastStatus: status === "RUNNING" || status === "STOPPED" ? status : "PENDING",
      ...(stopped && own && index === 0 ? { exitCode: task.ends?.exitCode ?? 0 } : {}),
    })),
    attachments:
      status === "PROVISIONING" || status === "STOPPED"
        ? []
        : [
            {
              id: world.id(task.number, 36),
              type: "ElasticNetworkInterface",
              status: "ATTACHED",
              details: [{ name: "networkInterfaceId", value: interfaceId(task) }],
            },
          ],
    ...(withTags ? { tags: task.tags } : {}),
  };
}
