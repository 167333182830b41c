import type { InputOf } from "../api.ts";
import { isWanted, serviceStatus, statusOf } from "./progress.ts";
import type { World } from "./world.ts";

/** Clusters by name, with what runs in them; those that are not there are in `failures`. */
export function describeClusters(world: World, input: InputOf<"DescribeClusters">): object {
  const asked = input.clusters ?? ["default"];
  const known = asked.filter((name) => world.rules.clusters.includes(name));
  return {
    clusters: known.map((name) => shown(world, name)),
    failures: asked
      .filter((name) => !known.includes(name))
      .map((name) => ({ arn: world.arn("ecs", `cluster/${name}`), reason: "MISSING" })),
  };
}

function shown(world: World, clusterName: string): object {
  const wanted = world.here.tasks.filter((task) => task.cluster === clusterName && isWanted(world, task));
  const running = wanted.filter((task) => statusOf(world, task) === "RUNNING").length;
  const services = world.here.services.filter(
    (one) => one.cluster === clusterName && serviceStatus(world, one) === "ACTIVE",
  );
  return {
    clusterArn: world.arn("ecs", `cluster/${clusterName}`),
    clusterName,
    status: "ACTIVE",
    runningTasksCount: running,
    pendingTasksCount: wanted.length - running,
    activeServicesCount: services.length,
    capacityProviders: world.rules.capacityProviders,
  };
}
