import type { InputOf } from "../api.ts";
import { activeDefinition } from "./definitions.ts";
import { parameterFailure, SimFailure } from "./failure.ts";
import { advance, serviceStatus } from "./progress.ts";
import { addService, claimName, drain, replaceService } from "./services.ts";
import type { SimService } from "./state.ts";
import { seconds, type World } from "./world.ts";

/** Makes an Express service of a task definition. It takes no token: a second one of the name is refused. */
export function createExpress(world: World, input: InputOf<"CreateExpressGatewayService">): object {
  const cluster = world.cluster(input.cluster);
  const { taskDefinitionArn, primaryContainer, executionRoleArn, cpu, memory } = input;
  if (taskDefinitionArn === undefined)
    throw parameterFailure("Only Express services of a task definition are simulated.");
  if ([primaryContainer, executionRoleArn, cpu, memory].some((given) => given !== undefined))
    throw parameterFailure(
      "A task definition cannot be given together with a container, an execution role, cpu or memory.",
    );
  const definition = activeDefinition(world, taskDefinitionArn);
  const problem = mainProblem(definition.input);
  if (problem !== undefined) throw parameterFailure(problem);
  if (input.healthCheckPath?.startsWith("/") === false)
    throw parameterFailure("The health check path must start with a slash.");
  claimName(world, cluster, input.serviceName ?? "", undefined);
  const { tags = [], ...rest } = input;
  const service = addService(world, {
    name: input.serviceName ?? "",
    cluster,
    definition: definition.arn,
    express: true,
    desired: leastTasks(input.scalingTarget) ?? 1,
    input: rest,
    publicIp: true,
    spot: undefined,
    tags,
  });
  return { service: shown(world, service) };
}

/** An Express service by its ARN, with its URL once that is made. */
export function describeExpress(world: World, input: InputOf<"DescribeExpressGatewayService">): object {
  const service = find(world, input.serviceArn);
  if (service === undefined)
    throw new SimFailure("ResourceNotFoundException", "The Express service was not found.");
  return { service: shown(world, service) };
}

/** Changes the scaling target; anything else would be a deployment of AWS's own and is not simulated. */
export function updateExpress(world: World, input: InputOf<"UpdateExpressGatewayService">): object {
  const there = find(world, input.serviceArn);
  if (there === undefined) throw new SimFailure("ServiceNotFoundException", "Service not found.");
  if (serviceStatus(world, there) !== "ACTIVE")
    throw new SimFailure("ServiceNotActiveException", "Service was not ACTIVE.");
  const others = Object.keys(input).filter((field) => field !== "serviceArn" && field !== "scalingTarget");
  if (others.length > 0)
    throw parameterFailure(`Only the scaling target can be changed here, not ${others.join(", ")}.`);
  const changed = { ...there, desired: leastTasks(input.scalingTarget) ?? there.desired };
  replaceService(world, changed);
  advance(world);
  return {
    service: {
      serviceArn: changed.arn,
      serviceName: changed.name,
      cluster: changed.cluster,
      status: { statusCode: "ACTIVE" },
    },
  };
}

export function deleteExpress(world: World, input: InputOf<"DeleteExpressGatewayService">): object {
  const there = find(world, input.serviceArn);
  if (there === undefined || serviceStatus(world, there) === "INACTIVE")
    throw new SimFailure("ServiceNotFoundException", "Service not found.");
  return { service: shown(world, drain(world, there)) };
}

// Tracking of CPU never takes the last task away, whatever the least is (Application Auto Scaling user guide, "Target tracking").
function leastTasks(target: InputOf<"CreateExpressGatewayService">["scalingTarget"]): number | undefined {
  const { minTaskCount, maxTaskCount } = target ?? {};
  if (maxTaskCount !== undefined && maxTaskCount < Math.max(1, minTaskCount ?? 1))
    throw parameterFailure("The maximum task count must be at least 1 and not below the minimum.");
  return minTaskCount === undefined ? undefined : Math.max(1, minTaskCount);
}

function find(world: World, arn: string | undefined): SimService | undefined {
  return world.here.services.find((one) => one.arn === arn && one.express);
}

// Amazon ECS API, CreateExpressGatewayService, taskDefinitionArn: a container Main with one named TCP port.
function mainProblem({
  containerDefinitions = [],
  runtimePlatform,
}: NonNullable<InputOf<"RegisterTaskDefinition">>): string | undefined {
  const main = containerDefinitions.find(({ name }) => name === "Main");
  const [port, ...more] = main?.portMappings ?? [];
  if (
    port?.name === undefined ||
    port.containerPort === undefined ||
    more.length > 0 ||
    port.protocol === "udp"
  )
    return "The task definition must have a container named Main with a single TCP port mapping that has a name.";
  return runtimePlatform?.cpuArchitecture === "ARM64" ? "Express services do not support ARM64." : undefined;
}

function shown(world: World, service: SimService): object {
  // A service that is made again under its name need not be given its host again.
  const url = `https://${service.name}-${world.id(service.createdAt, 8)}.ecs.${world.region}.on.aws`;
  const hasUrl = world.now >= service.createdAt + world.rules.delaysMs.express;
  const { healthCheckPath, scalingTarget, networkConfiguration } = service.input;
  return {
    cluster: service.cluster,
    serviceName: service.name,
    serviceArn: service.arn,
    status: { statusCode: serviceStatus(world, service) },
    activeConfigurations: hasUrl
      ? [
          {
            serviceRevisionArn: world.arn("ecs", `service-revision/${service.cluster}/${service.name}/1`),
            taskDefinitionArn: service.definition,
            ...(healthCheckPath === undefined ? {} : { healthCheckPath }),
            ...(scalingTarget === undefined ? {} : { scalingTarget }),
            ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
            ingressPaths: [{ accessType: "PUBLIC", endpoint: url }],
            createdAt: seconds(service.createdAt),
          },
        ]
      : [],
    tags: service.tags,
    createdAt: seconds(service.createdAt),
  };
}
