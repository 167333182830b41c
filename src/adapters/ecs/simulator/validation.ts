import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { FARGATE_SIZES } from "../../../catalog/shapes/fargate.ts";

type Input = RegisterTaskDefinitionCommandInput;

/** Amazon ECS service quotas, containers in a task definition. */
const MOST_CONTAINERS = 10;
const LEAST_EXTRA_STORAGE_GIB = 21;
const MOST_STORAGE_GIB = 200;
/** Fargate waits at most so long (Amazon ECS API, stopTimeout). */
const MOST_STOP_SECONDS = 120;
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
/** Amazon ECS service quotas: a task definition has at most 64 KiB. */
const MOST_DEFINITION_BYTES = 65_536;

/** What ECS refuses a Fargate task definition for, in its own words where they are published (README), or undefined. */
export function definitionProblem(input: Input): string | undefined {
  for (const rule of RULES) {
    const problem = rule(input);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const RULES: readonly ((input: Input) => string | undefined)[] = [
  ({ family = "" }) => when(!NAME.test(family), "Family contains invalid characters."),
  ({ containerDefinitions = [] }) =>
    when(containerDefinitions.length === 0, "Container list cannot be empty."),
  ({ containerDefinitions = [] }) =>
    when(
      containerDefinitions.length > MOST_CONTAINERS,
      "Too many containers. A task definition can have at most 10.",
    ),
  ({ networkMode }) => when(networkMode !== "awsvpc", "Fargate only supports network mode ‘awsvpc’."),
  sizeProblem,
  ({ ephemeralStorage }) => {
    const size = ephemeralStorage?.sizeInGiB;
    if (size === undefined) return undefined;
    const fits = size >= LEAST_EXTRA_STORAGE_GIB && size <= MOST_STORAGE_GIB;
    return when(!fits, "Ephemeral storage must be between 21 and 200 GiB.");
  },
  containersProblem,
  orderProblem,
  executionRoleProblem,
  mountProblem,
  memoryProblem,
  (input) =>
    when(
      JSON.stringify(input).length > MOST_DEFINITION_BYTES,
      "Actual length exceeds the maximum allowed length of 65536.",
    ),
];

const when = (wrong: boolean, message: string): string | undefined => (wrong ? message : undefined);

function sizeProblem({ cpu, memory }: Input): string | undefined {
  const row = FARGATE_SIZES.find(({ milliCpu }) => String((milliCpu * 1_024) / 1_000) === cpu);
  if (row === undefined) return "Invalid 'cpu' setting for task.";
  return when(
    !row.memoryMiB.some((size) => String(size) === memory),
    "No Fargate configuration exists for given values.",
  );
}

function containersProblem({ containerDefinitions = [] }: Input): string | undefined {
  const names = containerDefinitions.map(({ name = "" }) => name);
  if (names.some((name) => !NAME.test(name))) return "Container name contains invalid characters.";
  if (new Set(names).size < names.length) return "Container names must be unique.";
  if (!containerDefinitions.some(({ essential }) => essential !== false))
    return "At least one container must be essential.";
  for (const container of containerDefinitions) {
    const problem = containerProblem(container);
    if (problem !== undefined) return problem;
  }
  const ports = containerDefinitions.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ containerPort, protocol = "tcp" }) => `${containerPort}/${protocol}`),
  );
  return when(new Set(ports).size < ports.length, "Container ports must be unique within a task.");
}

function containerProblem({
  image,
  stopTimeout,
  portMappings = [],
}: ContainerDefinition): string | undefined {
  if (image === undefined || image === "") return "Container.image should not be null or empty.";
  if ((stopTimeout ?? 0) > MOST_STOP_SECONDS)
    return "stopTimeout exceeds the maximum of 120 seconds on Fargate.";
  const moved = portMappings.some(
    ({ hostPort, containerPort }) => hostPort !== undefined && hostPort !== containerPort,
  );
  return when(
    moved,
    "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
  );
}

// Amazon ECS API, ContainerDependency: HEALTHY needs a health check of the container that is waited for.
function orderProblem({ containerDefinitions = [] }: Input): string | undefined {
  const there = new Map(containerDefinitions.map((container) => [container.name, container]));
  for (const { name = "", dependsOn = [] } of containerDefinitions)
    for (const { containerName = "", condition } of dependsOn) {
      const awaited = there.get(containerName);
      if (awaited === undefined || containerName === name)
        return `Container '${name}' depends on '${containerName}', which is no other container of the task.`;
      if (condition === "HEALTHY" && awaited.healthCheck === undefined)
        return `Container '${name}' waits for '${containerName}' to be healthy, which has no health check.`;
    }
  return undefined;
}

// Without it nobody could read the secret or write the log (Amazon ECS developer guide, "Task execution IAM role").
function executionRoleProblem({ executionRoleArn, containerDefinitions = [] }: Input): string | undefined {
  if (executionRoleArn !== undefined) return undefined;
  const needs = containerDefinitions.some(
    ({ secrets = [], logConfiguration, repositoryCredentials }) =>
      secrets.length > 0 || repositoryCredentials !== undefined || logConfiguration?.logDriver === "awslogs",
  );
  return when(
    needs,
    "Fargate requires task definition to have execution role ARN to support log driver awslogs and secrets.",
  );
}

function mountProblem({ containerDefinitions = [], volumes = [] }: Input): string | undefined {
  const named = new Set(volumes.map(({ name }) => name));
  const unknown = containerDefinitions
    .flatMap(({ mountPoints = [] }) => mountPoints)
    .find(({ sourceVolume }) => !named.has(sourceVolume));
  return unknown === undefined ? undefined : `Unknown volume '${unknown.sourceVolume ?? ""}'.`;
}

function memoryProblem({ containerDefinitions = [], cpu = "", memory = "" }: Input): string | undefined {
  const sum = (read: (container: ContainerDefinition) => number) =>
    containerDefinitions.reduce((total, container) => total + read(container), 0);
  if (sum((one) => one.memory ?? one.memoryReservation ?? 0) > Number(memory))
    return "Invalid setting for container. The total memory of all containers exceeds the task's memory.";
  return when(
    sum((one) => one.cpu ?? 0) > Number(cpu),
    "Invalid setting for container. The total cpu of all containers exceeds the task's cpu.",
  );
}
