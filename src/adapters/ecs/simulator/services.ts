import type { InputOf } from "../api.ts";
import { canonicalJson } from "../../../domain/canonical-json.ts";
import { activeDefinition } from "./definitions.ts";
import { clientFailure, parameterFailure, SimFailure } from "./failure.ts";
import { checkPlacement } from "./placement.ts";
import { advance, serviceStatus, tasksOf } from "./progress.ts";
import { shownService } from "./service-view.ts";
import type { SimService } from "./state.ts";
import { page, type World } from "./world.ts";

/** Amazon ECS API, DescribeServices: up to 10 services a call. */
const MOST_DESCRIBED = 10;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;

/** Makes a service, or gives the one there when name, token and everything else are the same. */
export function createService(world: World, input: InputOf<"CreateService">): object {
  const cluster = world.cluster(input.cluster);
  const definition = activeDefinition(world, input.taskDefinition ?? "");
  checkPlacement(world, input);
  const { tags = [], ...rest } = input;
  const same = claimName(world, cluster, input.serviceName ?? "", canonicalJson(rest));
  if (same !== undefined) return { service: shownService(world, same, true) };
  const network = input.networkConfiguration?.awsvpcConfiguration;
  const strategy = input.capacityProviderStrategy ?? [];
  const spot = strategy.some(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT");
  const base = strategy.find(({ capacityProvider }) => capacityProvider === "FARGATE")?.base ?? 0;
  const service = addService(world, {
    name: input.serviceName ?? "",
    cluster,
    definition: definition.arn,
    express: false,
    desired: input.desiredCount ?? 0,
    // The whole request as text, by which a second one is known to be the same.
    input: { ...rest, fingerprint: canonicalJson(rest) },
    publicIp: network?.assignPublicIp === "ENABLED",
    spot: spot ? { base } : undefined,
    tags,
  });
  return { service: shownService(world, service, true) };
}

/** Changes how many tasks a service has; nothing else is simulated. */
export function updateService(world: World, input: InputOf<"UpdateService">): object {
  const there = findService(world, input.cluster, input.service ?? "");
  if (there === undefined) throw new SimFailure("ServiceNotFoundException", "Service not found.");
  if (serviceStatus(world, there) !== "ACTIVE")
    throw new SimFailure("ServiceNotActiveException", "Service was not ACTIVE.");
  const changed = { ...there, desired: input.desiredCount ?? there.desired };
  replaceService(world, changed);
  advance(world);
  return { service: shownService(world, changed, true) };
}

/** Begins to drain a service; with tasks still wanted only by force. */
export function deleteService(world: World, input: InputOf<"DeleteService">): object {
  const there = findService(world, input.cluster, input.service ?? "");
  if (there === undefined || serviceStatus(world, there) === "INACTIVE")
    throw new SimFailure("ServiceNotFoundException", "Service not found.");
  if (there.desired > 0 && input.force !== true)
    throw parameterFailure("The service cannot be stopped while it is scaled above 0.");
  return { service: shownService(world, drain(world, there), false) };
}

/** Services by name or ARN, ten a call; those that are not there are in `failures`. */
export function describeServices(world: World, input: InputOf<"DescribeServices">): object {
  const cluster = world.cluster(input.cluster);
  const asked = input.services ?? [];
  if (asked.length === 0) throw parameterFailure("Services cannot be empty.");
  if (asked.length > MOST_DESCRIBED) throw parameterFailure("Services cannot have more than 10 elements.");
  const found = asked.map((name) => ({ name, service: findService(world, cluster, name) }));
  const withTags = input.include?.includes("TAGS") === true;
  return {
    services: found.flatMap(({ service }) =>
      service === undefined ? [] : [shownService(world, service, withTags)],
    ),
    failures: found.flatMap(({ name, service }) =>
      service === undefined
        ? [{ arn: world.arn("ecs", `service/${cluster}/${name}`), reason: "MISSING" }]
        : [],
    ),
  };
}

/** ARNs of the services of a cluster that are old enough to be in a list. */
export function listServices(world: World, input: InputOf<"ListServices">): object {
  const cluster = world.cluster(input.cluster);
  const there = world.here.services.filter(
    (one) =>
      one.cluster === cluster &&
      serviceStatus(world, one) !== "INACTIVE" &&
      one.createdAt + world.rules.delaysMs.visible <= world.now,
  );
  const { items, nextToken } = page(
    there.map(({ arn }) => arn),
    input,
    10,
  );
  return { serviceArns: items, ...(nextToken === undefined ? {} : { nextToken }) };
}

/** The service to answer with when it is there already and the same; undefined when the name is free. Throws when it is another. */
export function claimName(
  world: World,
  cluster: string,
  name: string,
  fingerprint: string | undefined,
): SimService | undefined {
  if (!NAME.test(name)) throw parameterFailure("Service name contains invalid characters.");
  const there = findService(world, cluster, name);
  const status = there === undefined ? "INACTIVE" : serviceStatus(world, there);
  if (status === "DRAINING") throw parameterFailure("Unable to Start a service that is still Draining.");
  if (there !== undefined && status === "ACTIVE") {
    if (fingerprint !== undefined && there.input["fingerprint"] === fingerprint) return there;
    throw parameterFailure("Creation of service was not idempotent.");
  }
  const active = world.here.services.filter(
    (one) => one.cluster === cluster && serviceStatus(world, one) === "ACTIVE",
  );
  if (active.length >= world.rules.quota.services)
    throw clientFailure("You've reached the limit on the number of services in a cluster.");
  return undefined;
}

/** Adds a service under a free name, and starts its tasks. */
export function addService(
  world: World,
  given: Omit<SimService, "arn" | "createdAt" | "failedTasks">,
): SimService {
  const arn = world.arn("ecs", `service/${given.cluster}/${given.name}`);
  const service: SimService = { ...given, arn, createdAt: world.now, failedTasks: 0 };
  world.change({ services: [...world.here.services.filter((one) => one.arn !== arn), service] });
  advance(world);
  return service;
}

export function replaceService(world: World, service: SimService): void {
  world.change({ services: world.here.services.map((one) => (one.arn === service.arn ? service : one)) });
}

/** Stops every task of a service; it is INACTIVE once they are stopping, which may be before they are STOPPED. */
export function drain(world: World, service: SimService): SimService {
  if (service.inactiveAt !== undefined) return service;
  const inactiveAt = world.now + world.rules.delaysMs.destroy;
  const drained = { ...service, desired: 0, inactiveAt };
  replaceService(world, drained);
  const stop = { at: world.now, code: "ServiceSchedulerInitiated", reason: "The service is being deleted" };
  const mine = new Set(tasksOf(world, service).map(({ arn }) => arn));
  world.change({
    tasks: world.here.tasks.map((task) =>
      mine.has(task.arn) && task.stop === undefined ? { ...task, stop } : task,
    ),
  });
  return drained;
}

export function findService(
  world: World,
  given: string | undefined,
  nameOrArn: string,
): SimService | undefined {
  const cluster = world.cluster(given);
  const name = nameOrArn.split("/").at(-1);
  return world.here.services.find((one) => one.name === name && one.cluster === cluster);
}
