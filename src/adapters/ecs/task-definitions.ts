import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import { registryOf } from "../../domain/image.ts";
import type { Call, UnitRef } from "../adapter.ts";
import type { Mark } from "../mark.ts";
import type { OutputOf } from "./api.ts";
import { batches, type Cloud, everyPage } from "./cloud.ts";
import { remember } from "./known.ts";
import type { EcsRegion } from "./config.ts";
import { isOurs, refuseOlderCopy } from "../ours.ts";
import { familyPrefix, jobFamilyPrefix } from "./names.ts";
import { DEFINITIONS_PER_DELETE } from "./quotas.ts";
import { markIn } from "./render/tags.ts";
import type { Delivered } from "./secrets.ts";

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

/** A task definition as it was read. */
export interface Described {
  readonly arn: string;
  readonly active: boolean;
  readonly mark: Mark | undefined;
  readonly definition: TaskDefinition;
}

/** The task definitions that were made for this unit, as far as they are ACTIVE, and the one its service uses or used. */
export async function unitDefinitions(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  used: string | undefined,
  call: Call,
): Promise<readonly Described[]> {
  const owner = await cloud.owner();
  const found: Described[] = [];
  const arns = await activeDefinitions(cloud, region, ref, call);
  for (const arn of new Set([...arns, ...(used === undefined ? [] : [used])])) {
    const unit = cloud.known.definitions.get(arn);
    if (arn !== used && unit !== undefined && unit !== ref.id) continue;
    const there = await describeDefinition(cloud, region, arn, call);
    if (there === undefined) continue;
    remember(cloud.known.definitions, arn, there.mark?.unit ?? "");
    if (!isOurs(there.mark, owner) || (arn !== used && there.mark.unit !== ref.id)) continue;
    refuseOlderCopy(`The task definition ${arn}`, there.mark, owner);
    found.push(there);
  }
  return found;
}

/**
 * Ends task definitions for good. What still runs by one, or scales, goes on (Amazon ECS API, DeleteTaskDefinitions). A role that may
 * not delete them yet leaves them INACTIVE, where they cost nothing and start nothing.
 */
export async function releaseDefinitions(
  cloud: Cloud,
  region: EcsRegion,
  definitions: readonly Described[],
  call: Call,
): Promise<void> {
  for (const { arn, active } of definitions)
    if (active) await cloud.send(region.region, "DeregisterTaskDefinition", { taskDefinition: arn }, call);
  for (const batch of batches(definitions, DEFINITIONS_PER_DELETE)) {
    const input = { taskDefinitions: batch.map(({ arn }) => arn) };
    try {
      await cloud.send(region.region, "DeleteTaskDefinitions", input, call);
    } catch (error) {
      if (!(error instanceof AdapterError) || error.kind !== "denied") throw error;
    }
  }
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
  const status = "ACTIVE" as const;
  const prefix = familyPrefix(ref);
  const input = { familyPrefix: prefix, status };
  const families = await everyPage(
    cloud,
    region,
    "ListTaskDefinitionFamilies",
    input,
    (output) => output.families,
    call,
  );
  const arns: string[] = [];
  for (const family of families) {
    // A job's family names its unit.
    const isOther = family.slice(prefix.length).includes("-") && !family.startsWith(jobFamilyPrefix(ref));
    if (isOther) continue;
    const named = { familyPrefix: family, status };
    const list = (output: OutputOf<"ListTaskDefinitions">) => output.taskDefinitionArns;
    arns.push(...(await everyPage(cloud, region, "ListTaskDefinitions", named, list, call)));
  }
  return arns;
}

type Containers = Pick<TaskDefinition, "containerDefinitions">;

// Sorted, for ECS need not give a list in the order it was told.
const references = (containers: Containers): string => JSON.stringify(secretArns(containers).toSorted());

/** ARNs of the secrets and logins that a task definition names. */
export function secretArns({ containerDefinitions = [] }: Containers): readonly string[] {
  return containerDefinitions.flatMap(({ secrets = [], repositoryCredentials }) => [
    ...secrets.map(({ valueFrom = "" }) => valueFrom),
    ...(repositoryCredentials?.credentialsParameter === undefined
      ? []
      : [repositoryCredentials.credentialsParameter]),
  ]);
}
