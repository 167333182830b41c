import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { InputOf } from "../api.ts";
import { clientFailure, parameterFailure } from "./failure.ts";
import type { Definition } from "./state.ts";
import { definitionProblem } from "./validation.ts";
import { page, seconds, type World } from "./world.ts";

/** Amazon ECS API, DeleteTaskDefinitions: up to 10 a call. */
const MOST_DELETED = 10;

/** Registers the next revision of a family. */
export function registerTaskDefinition(world: World, input: InputOf<"RegisterTaskDefinition">): object {
  const problem = definitionProblem(input);
  if (problem !== undefined) throw clientFailure(problem);
  const { tags = [], ...rest } = input;
  const family = input.family ?? "";
  const own = world.here.definitions.filter((one) => one.family === family).map((one) => one.revision);
  const revision = Math.max(world.here.revisions?.[family] ?? 0, ...own) + 1;
  const definition: Definition = {
    arn: world.arn("ecs", `task-definition/${family}:${revision}`),
    family,
    revision,
    status: "ACTIVE",
    registeredAt: world.now,
    input: rest,
    tags,
  };
  const revisions = { ...world.here.revisions, [family]: revision };
  world.change({ definitions: [...world.here.definitions, definition], revisions });
  return { taskDefinition: shown(definition), tags };
}

/** By family the newest active revision; by family and revision or ARN that one, active or not. */
export function describeTaskDefinition(world: World, input: InputOf<"DescribeTaskDefinition">): object {
  const definition = findDefinition(world, input.taskDefinition ?? "");
  if (definition === undefined) throw clientFailure("Unable to describe task definition.");
  const tags = input.include?.includes("TAGS") === true ? { tags: definition.tags } : {};
  return { taskDefinition: shown(definition), ...tags };
}

/** Makes a revision INACTIVE: what uses it goes on, nothing new can. */
export function deregisterTaskDefinition(world: World, input: InputOf<"DeregisterTaskDefinition">): object {
  const definition = findDefinition(world, input.taskDefinition ?? "");
  if (definition === undefined) throw clientFailure("Unable to describe task definition.");
  if (definition.status === "DELETE_IN_PROGRESS")
    throw clientFailure("The specified task definition is in DELETE_IN_PROGRESS status.");
  const inactive: Definition = { ...definition, status: "INACTIVE" };
  world.change({
    definitions: world.here.definitions.map((one) => (one.arn === definition.arn ? inactive : one)),
  });
  return { taskDefinition: shown(inactive) };
}

/** Ends up to ten INACTIVE revisions for good: each stays as it is for what uses it, and is gone once nothing does. */
export function deleteTaskDefinitions(world: World, input: InputOf<"DeleteTaskDefinitions">): object {
  const named = input.taskDefinitions ?? [];
  if (named.length === 0 || named.length > MOST_DELETED)
    throw parameterFailure("Specify between 1 and 10 task definitions.");
  const found = named.map((name) => ({ name, definition: findDefinition(world, name) }));
  const going = found.flatMap(({ definition }): readonly Definition[] =>
    definition === undefined || definition.status === "ACTIVE"
      ? []
      : [{ ...definition, status: "DELETE_IN_PROGRESS" }],
  );
  const byArn = new Map(going.map((one) => [one.arn, one]));
  world.change({ definitions: world.here.definitions.map((one) => byArn.get(one.arn) ?? one) });
  return {
    taskDefinitions: going.map(shown),
    failures: found.flatMap(({ name, definition }) => {
      if (definition === undefined)
        return [{ arn: name, reason: "The specified task definition does not exist." }];
      const reason =
        "The specified task definition is still in ACTIVE status. Please deregister the target and try again.";
      return definition.status === "ACTIVE" ? [{ arn: definition.arn, reason }] : [];
    }),
  };
}

/** ARNs of the revisions of a family (`familyPrefix` is its full name here). */
export function listTaskDefinitions(world: World, input: InputOf<"ListTaskDefinitions">): object {
  const { familyPrefix, status = "ACTIVE" } = input;
  const arns = world.here.definitions
    .filter((one) => (familyPrefix === undefined || one.family === familyPrefix) && one.status === status)
    .map(({ arn }) => arn);
  const { items, nextToken } = page(arns, input, 100);
  return { taskDefinitionArns: items, ...(nextToken === undefined ? {} : { nextToken }) };
}

/** Families whose name begins with the prefix: those with an active revision, or all. */
export function listTaskDefinitionFamilies(
  world: World,
  input: InputOf<"ListTaskDefinitionFamilies">,
): object {
  const { familyPrefix = "", status = "ACTIVE" } = input;
  const there = world.here.definitions.filter(
    (one) => one.family.startsWith(familyPrefix) && (status === "ALL" || one.status === status),
  );
  const { items, nextToken } = page([...new Set(there.map(({ family }) => family))], input, 100);
  return { families: items, ...(nextToken === undefined ? {} : { nextToken }) };
}

/** A task definition that can start something new. Throws what ECS answers when it cannot. */
export function activeDefinition(world: World, named: string): Definition {
  const definition = findDefinition(world, named);
  if (definition === undefined) throw clientFailure("Unable to describe task definition.");
  if (definition.status !== "ACTIVE") throw clientFailure("TaskDefinition is inactive");
  return definition;
}

/** A revision by ARN, by `family:revision`, or the newest active one of a family. */
export function findDefinition(world: World, named: string): Definition | undefined {
  const id = named.split("/").at(-1) ?? "";
  if (id.includes(":")) return world.here.definitions.find((one) => `${one.family}:${one.revision}` === id);
  return world.here.definitions.findLast((one) => one.family === id && one.status === "ACTIVE");
}

function shown({ arn, input, revision, status, registeredAt }: Definition): object {
  const { tags: _tags, ...fields }: RegisterTaskDefinitionCommandInput = input;
  return {
    ...fields,
    taskDefinitionArn: arn,
    revision,
    status,
    compatibilities: ["EC2", "FARGATE"],
    registeredAt: seconds(registeredAt),
  };
}
