import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import { registryOf } from "../../domain/image.ts";
import type { Call, UnitRef } from "../adapter.ts";
import type { Mark } from "../mark.ts";
import { type Cloud, everyPage } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { isOurs, refuseOlderCopy } from "./marks.ts";
import { familyPrefix } from "./names.ts";
import { markIn } from "./render/tags.ts";
import type { Delivered } from "./secrets.ts";
import { describeTasks, listTasks } from "./tasks.ts";

/** A rendered definition with ARNs where it names secrets, and logins where its images need them. */
export function withArns(
  input: RegisterTaskDefinitionCommandInput,
  { secrets, logins }: Delivered,
): RegisterTaskDefinitionCommandInput {
  const withContainerArns = (container: ContainerDefinition): ContainerDefinition => {
    const login = logins.get(registryOf(container.image ?? ""));
    return {
      ...container,
      ...(login === undefined ? {} : { repositoryCredentials: { credentialsParameter: login } }),
      ...(container.secrets === undefined
        ? {}
        : {
            secrets: container.secrets.map(({ name, valueFrom = "" }) => ({
              name,
              valueFrom: secrets.get(valueFrom) ?? valueFrom,
            })),
          }),
    };
  };
  return { ...input, containerDefinitions: (input.containerDefinitions ?? []).map(withContainerArns) };
}

/**
 * The ARN of a task definition that says this: the one registered before, or a new one. Throws `AdapterError` "conflict" when the
 * family is a stranger's.
 */
export async function ensureTaskDefinition(
  cloud: Cloud,
  region: EcsRegion,
  input: RegisterTaskDefinitionCommandInput,
  call: Call,
): Promise<string> {
  const owner = await cloud.owner();
  const family = input.family ?? "";
  const there = await describeDefinition(cloud, region, family, call);
  if (there !== undefined) {
    if (!isOurs(there.mark, owner))
      throw new AdapterError(
        "conflict",
        `The task definition family ${family} exists and does not carry this installation's mark: it is left alone. Deregister it, or choose another place.`,
      );
    refuseOlderCopy(`The task definition ${family}`, there.mark, owner);
    if (there.active && references(there.definition) === references(input)) return there.arn;
  }
  const { taskDefinition } = await cloud.send(region.region, "RegisterTaskDefinition", input, call);
  if (taskDefinition?.taskDefinitionArn === undefined)
    throw new AdapterError("bug", `ECS registered ${family} and gave no ARN.`);
  return taskDefinition.taskDefinitionArn;
}

/**
 * Deregisters the task definitions that were made for this unit or are used by it, where no other unit's tasks run by them. Gives the
 * ARNs of the secrets they name. A service that still uses one goes on (Amazon ECS developer guide, "Deregistering a task definition").
 */
export async function releaseTaskDefinitions(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  used: string | undefined,
  call: Call,
): Promise<readonly string[]> {
  const owner = await cloud.owner();
  const found = new Map<string, Described>();
  for (const arn of await activeDefinitions(cloud, region, ref, call)) {
    const there = await describeDefinition(cloud, region, arn, call);
    if (there !== undefined && isOurs(there.mark, owner) && (arn === used || there.mark.unit === ref.id))
      found.set(arn, there);
  }
  if (used !== undefined && !found.has(used)) {
    const there = await describeDefinition(cloud, region, used, call);
    if (there !== undefined && isOurs(there.mark, owner)) found.set(used, there);
  }
  for (const [arn, { definition, mark, active }] of found) {
    if (mark !== undefined) refuseOlderCopy(`The task definition ${arn}`, mark, owner);
    if (!active || (await hasOtherUsers(cloud, region, ref, arn, definition.family ?? "", call))) continue;
    await cloud.send(region.region, "DeregisterTaskDefinition", { taskDefinition: arn }, call);
  }
  return [...found.values()].flatMap(({ definition }) => secretArns(definition));
}

interface Described {
  readonly arn: string;
  readonly active: boolean;
  readonly mark: Mark | undefined;
  readonly definition: TaskDefinition;
}

async function describeDefinition(
  cloud: Cloud,
  region: EcsRegion,
  taskDefinition: string,
  call: Call,
): Promise<Described | undefined> {
  try {
    const input = { taskDefinition, include: ["TAGS" as const] };
    const { taskDefinition: definition, tags } = await cloud.send(
      region.region,
      "DescribeTaskDefinition",
      input,
      call,
    );
    if (definition?.taskDefinitionArn === undefined) return undefined;
    const { taskDefinitionArn: arn, status } = definition;
    return { arn, active: status === "ACTIVE", mark: markIn(tags), definition };
  } catch (error) {
    // "Unable to describe task definition": there is none of that name.
    if (error instanceof AdapterError && error.kind === "conflict") return undefined;
    throw error;
  }
}

async function activeDefinitions(cloud: Cloud, region: EcsRegion, ref: UnitRef, call: Call) {
  const families = await everyPage(
    cloud,
    region,
    "ListTaskDefinitionFamilies",
    { familyPrefix: familyPrefix(ref), status: "ACTIVE" },
    ({ families: names }) => names,
    call,
  );
  const arns: string[] = [];
  for (const family of families) {
    const input = { familyPrefix: family, status: "ACTIVE" as const };
    const { taskDefinitionArns = [] } = await cloud.send(region.region, "ListTaskDefinitions", input, call);
    arns.push(...taskDefinitionArns);
  }
  return arns;
}

async function hasOtherUsers(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  arn: string,
  family: string,
  call: Call,
): Promise<boolean> {
  const tasks = await describeTasks(cloud, region, await listTasks(cloud, region, { family }, call), call);
  return tasks.some(
    ({ taskDefinitionArn, group }) =>
      taskDefinitionArn === arn && group !== `service:${ref.name}` && group !== ref.name,
  );
}

type Containers = Pick<TaskDefinition, "containerDefinitions">;

const references = (containers: Containers): string => JSON.stringify(secretArns(containers));

function secretArns({ containerDefinitions = [] }: Containers): readonly string[] {
  return containerDefinitions.flatMap(({ secrets = [], repositoryCredentials }) => [
    ...secrets.map(({ valueFrom = "" }) => valueFrom),
    ...(repositoryCredentials?.credentialsParameter === undefined
      ? []
      : [repositoryCredentials.credentialsParameter]),
  ]);
}
