import { findDefinition } from "./definitions.ts";
import { isWanted, serviceStatus, statusOf, tasksOf } from "./progress.ts";
import type { SimService } from "./state.ts";
import { seconds, type World } from "./world.ts";

/** A service as ECS shows it. */
export function shownService(world: World, service: SimService, withTags: boolean): object {
  const status = serviceStatus(world, service);
  const wanted = tasksOf(world, service).filter((task) => isWanted(world, task));
  const running = wanted.filter((task) => statusOf(world, task) === "RUNNING").length;
  const { fingerprint: _fingerprint, clientToken: _token, cluster: _cluster, ...input } = service.input;
  const { launchType, capacityProviderStrategy, networkConfiguration, platformVersion } = input;
  const gaveUp = service.failedAt !== undefined;
  const complete = running >= service.desired;
  const deployment = {
    id: `ecs-svc/${world.id(service.createdAt, 19)}`,
    status: "PRIMARY",
    taskDefinition: service.definition,
    desiredCount: service.desired,
    runningCount: running,
    pendingCount: wanted.length - running,
    failedTasks: service.failedTasks,
    createdAt: seconds(service.createdAt),
    rolloutState: gaveUp ? "FAILED" : complete ? "COMPLETED" : "IN_PROGRESS",
    rolloutStateReason: gaveUp
      ? "ECS deployment circuit breaker: tasks failed to start."
      : "ECS deployment in progress.",
  };
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: world.arn("ecs", `cluster/${service.cluster}`),
    status,
    desiredCount: service.desired,
    runningCount: running,
    pendingCount: wanted.length - running,
    taskDefinition: findDefinition(world, service.definition)?.arn ?? service.definition,
    ...(launchType === undefined ? {} : { launchType }),
    ...(capacityProviderStrategy === undefined ? {} : { capacityProviderStrategy }),
    ...(networkConfiguration === undefined || service.express ? {} : { networkConfiguration }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    deployments: status === "ACTIVE" ? [deployment] : [],
    events: [],
    createdAt: seconds(service.createdAt),
    propagateTags: "SERVICE",
    resourceManagementType: service.express ? "ECS" : "CUSTOMER",
    // What is INACTIVE has no tags any more.
    ...(withTags && status !== "INACTIVE" ? { tags: service.tags } : {}),
  };
}
