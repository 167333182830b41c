import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { InputOf } from "../api.ts";
import { clientFailure } from "./failure.ts";
import type { Definition } from "./state.ts";
import { definitionProblem } from "./validation.ts";
import { page, seconds, type World } from "./world.ts";

/** Registers the next revision of a family. */
export function registerTaskDefinition(world: World, input: InputOf<"RegisterTaskDefinition">): object {
  const problem = definitionProblem(input);
  if (problem !== undefined) throw clientFailure(problem);
  const { tags = [], ...rest } = input;
  const family = input.family ?? "";
  const revision =
    Math.max(0, ...world.here.definitions.filter((one) => one.family === family).map((one) => one.revision)) +
    1;
  const definition: Definition = {
    arn: world.arn("ecs", `task-definition/${family}:${revision}`),
    family,
    revision,
    status: "ACTIVE",
    registeredAt: world.now,
    input: rest,
    tags,
  };
  world.change({ definitions: [...world.here.definitions, definition] });
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
  const inactive: Definition = { ...definition, status: "INACTIVE" };
  world.change({
    definitions: world.here.definitions.map((one) => (one.arn === definition.arn ? inactive : one)),
  });
  return { taskDefinition: shown(inactive) };
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
