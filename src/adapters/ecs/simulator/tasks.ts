import type { InputOf } from "../api.ts";
import { canonicalJson } from "../../../domain/canonical-json.ts";
import { activeDefinition, findDefinition } from "./definitions.ts";
import { parameterFailure, SimFailure } from "./failure.ts";
import { checkPlacement } from "./placement.ts";
import { advance, isWanted, toldIn } from "./progress.ts";
import type { Definition, SimTask } from "./state.ts";
import { shownTask } from "./task-view.ts";
import { page, type World } from "./world.ts";

/** Amazon ECS API: how long RunTask knows a token, and how much one call takes. */
const TOKEN_MS = 24 * 3_600_000;
const MOST_COUNT = 10;
const MOST_DESCRIBED = 100;
const MOST_OVERRIDES = 8_192;
/** How long a job runs that no rule speaks of, ms. */
const USUAL_RUN_MS = 1_000;

/** Starts tasks, or gives those its token started before. A place that has no room answers in `failures`. */
export function runTask(world: World, input: InputOf<"RunTask">): object {
  const cluster = world.cluster(input.cluster);
  const count = input.count ?? 1;
  if (count < 1 || count > MOST_COUNT) throw parameterFailure("Count must be between 1 and 10.");
  const definition = activeDefinition(world, input.taskDefinition ?? "");
  checkPlacement(world, input);
  const { clientToken, ...rest } = input;
  const fingerprint = canonicalJson(rest);
  const before = started(world, clientToken, fingerprint);
  if (before !== undefined)
    return { tasks: before.map((task) => shownTask(world, task, true)), failures: [] };
  const variables = overrides(definition, input.overrides);
  const failure = nextFailure(world);
  if (failure !== undefined) return { tasks: [], failures: [{ reason: failure }] };
  const spot = input.capacityProviderStrategy?.some(
    ({ capacityProvider }) => capacityProvider === "FARGATE_SPOT",
  );
  const tasks = Array.from({ length: count }, (): SimTask => {
    const number = world.number();
    const id = world.id(number, 32);
    return {
      id,
      arn: world.arn("ecs", `task/${cluster}/${id}`),
      cluster,
      definition: definition.arn,
      group: input.group ?? `family:${definition.family}`,
      startedBy: input.startedBy ?? "",
      provider: spot === true ? "FARGATE_SPOT" : "FARGATE",
      publicIp: input.networkConfiguration?.awsvpcConfiguration?.assignPublicIp === "ENABLED",
      number,
      createdAt: world.now,
      ends: endOfJob(world, definition),
      ...(variables === undefined ? {} : { variables }),
      tags: input.tags ?? [],
    };
  });
  world.change({ tasks: [...world.here.tasks, ...tasks] });
  if (clientToken !== undefined) {
    const token = { token: clientToken, fingerprint, arns: tasks.map(({ arn }) => arn), at: world.now };
    world.change({ runTokens: [...world.here.runTokens, token] });
  }
  return { tasks: tasks.map((task) => shownTask(world, task, true)), failures: [] };
}

/** ARNs of a cluster's tasks that ECS means to run, or of those that stopped within the hour. */
export function listTasks(world: World, input: InputOf<"ListTasks">): object {
  const cluster = world.cluster(input.cluster);
  const { family, serviceName, startedBy, desiredStatus = "RUNNING" } = input;
  const others = [family, serviceName, input.containerInstance, input.launchType];
  if (world.rules.startedByAlone === true) others.push(input.desiredStatus);
  if (startedBy !== undefined && others.some((given) => given !== undefined))
    throw parameterFailure("When startedBy is specified, it must be the only filter.");
  if (serviceName !== undefined && !world.here.services.some(({ name }) => name === serviceName))
    throw new SimFailure("ServiceNotFoundException", "Service not found.");
  const there = world.here.tasks.filter(
    (task) =>
      task.cluster === cluster &&
      isWanted(world, task) === (desiredStatus === "RUNNING") &&
      (family === undefined || findDefinition(world, task.definition)?.family === family) &&
      (serviceName === undefined || task.group === `service:${serviceName}`) &&
      (startedBy === undefined || task.startedBy === startedBy) &&
      task.createdAt + world.rules.delaysMs.visible <= world.now,
  );
  const { items, nextToken } = page(
    there.map(({ arn }) => arn),
    input,
    100,
  );
  return { taskArns: items, ...(nextToken === undefined ? {} : { nextToken }) };
}

/** Tasks by ARN or id, a hundred a call; those that are forgotten are in `failures`. */
export function describeTasks(world: World, input: InputOf<"DescribeTasks">): object {
  world.cluster(input.cluster);
  const asked = input.tasks ?? [];
  if (asked.length === 0) throw parameterFailure("Tasks cannot be empty.");
  if (asked.length > MOST_DESCRIBED) throw parameterFailure("Tasks cannot have more than 100 elements.");
  const withTags = input.include?.includes("TAGS") === true;
  const found = asked.map((id) => ({
    id,
    task: world.here.tasks.find((one) => one.arn === id || one.id === id),
  }));
  return {
    tasks: found.flatMap(({ task }) => (task === undefined ? [] : [shownTask(world, task, withTags)])),
    failures: found.flatMap(({ id, task }) => (task === undefined ? [{ arn: id, reason: "MISSING" }] : [])),
  };
}

/** Stops a task; a service's is followed by another. */
export function stopTask(world: World, input: InputOf<"StopTask">): object {
  const task = world.here.tasks.find((one) => one.arn === input.task || one.id === input.task);
  if (task === undefined) throw parameterFailure("The referenced task was not found.");
  const stop = task.stop ?? {
    at: world.now,
    code: "UserInitiated",
    reason: input.reason ?? "Task stopped by user",
  };
  const stopped = { ...task, stop };
  world.change({ tasks: world.here.tasks.map((one) => (one.arn === task.arn ? stopped : one)) });
  advance(world);
  return { task: shownTask(world, stopped, true) };
}

// Amazon ECS API, TaskOverride: at most 8,192 characters, and only containers of the task definition.
function overrides(
  { input }: Definition,
  given: InputOf<"RunTask">["overrides"],
): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return undefined;
  if (JSON.stringify(given).length > MOST_OVERRIDES)
    throw parameterFailure("Container Overrides length must be at most 8192");
  const containers = input.containerDefinitions ?? [];
  for (const { name = "" } of given.containerOverrides ?? [])
    if (!containers.some((one) => one.name === name))
      throw parameterFailure(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
  const main = given.containerOverrides?.find(({ name }) => name === containers[0]?.name);
  return Object.fromEntries((main?.environment ?? []).map(({ name = "", value = "" }) => [name, value]));
}

function started(
  world: World,
  token: string | undefined,
  fingerprint: string,
): readonly SimTask[] | undefined {
  const fresh = world.here.runTokens.filter(({ at }) => world.now - at < TOKEN_MS);
  world.change({ runTokens: fresh });
  const known = fresh.find((one) => one.token === token);
  if (known === undefined) return undefined;
  if (known.fingerprint !== fingerprint)
    throw new SimFailure(
      "ConflictException",
      "The client token was used with other parameters.",
      400,
      known.arns,
    );
  return world.here.tasks.filter(({ arn }) => known.arns.includes(arn));
}

function nextFailure(world: World): string | undefined {
  const used = world.struck["runFailures"] ?? 0;
  const reason = world.rules.runFailures[used];
  const running = world.here.tasks.filter((task) => isWanted(world, task)).length;
  if (reason === undefined)
    return running >= world.rules.quota.tasks
      ? "You've reached the limit on the number of tasks that you can run concurrently"
      : undefined;
  world.struck = { ...world.struck, runFailures: used + 1 };
  return reason;
}

function endOfJob(world: World, { arn, input }: Definition): SimTask["ends"] {
  const { create, ready } = world.rules.delaysMs;
  const told = toldIn(world, arn);
  if (told !== undefined)
    return {
      at: world.now + create + ready + told.runMs,
      exitCode: told.crash?.exitCode ?? 0,
      lines: told.crash?.lines ?? ["done"],
    };
  const image = input.containerDefinitions?.[0]?.image ?? "";
  const rule = world.rules.exits.find((one) => image.includes(one.image));
  const at = world.now + create + ready + (rule?.afterMs ?? USUAL_RUN_MS);
  return { at, exitCode: rule?.exitCode ?? 0, lines: rule?.lines ?? ["done"] };
}
