import { AdapterError } from "../../domain/fault.ts";
import { ecrPartition } from "../../catalog/aws-partitions.ts";
import { registryOf } from "../../domain/image.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Call, UnitRef } from "../adapter.ts";
import type { Owner } from "../cloud-ports.ts";
import { readMark } from "../mark.ts";
import { codeOf } from "./classify.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { isOurs, mayTouch, refuseOlderCopy } from "../ours.ts";
import { loginName, secretName, secretPrefix } from "./names.ts";
import { ENTRIES_PER_PAGE, MOST_PAGES } from "./quotas.ts";
import { unitTags } from "./render/tags.ts";

/** ARNs of what a unit's containers refer to: secrets by their name at Secrets Manager, logins by the registry's host. */
export interface Delivered {
  readonly secrets: ReadonlyMap<string, string>;
  readonly logins: ReadonlyMap<string, string>;
}

/** Puts every secret and login a unit needs into Secrets Manager, each once, and gives their ARNs. */
export async function deliver(cloud: Cloud, region: EcsRegion, unit: Unit, call: Call): Promise<Delivered> {
  const { template, project, environment } = unit;
  const tenant = { project, environment };
  const containers = [template, ...template.sidecars];
  const references = new Set(containers.flatMap(({ secrets: named }) => Object.values(named)));
  const kept = await loginsOf(cloud, unit, call);
  const secrets = new Map<string, string>();
  for (const reference of references) {
    const name = secretName(unit.name, reference);
    const value = async () => await cloud.ports.secrets(tenant, reference, call);
    const changes = !reference.includes("@");
    secrets.set(name, await put(cloud, region, unit, { name, value, changes }, call));
  }
  const logins = new Map<string, string>();
  for (const [host, { username, password }] of kept) {
    // Amazon ECS developer guide, "Using non-AWS container images": the secret is this object.
    const value = async () => JSON.stringify({ username, password });
    const name = loginName(unit.name, host);
    logins.set(host, await put(cloud, region, unit, { name, value, changes: true }, call));
  }
  return { secrets, logins };
}

interface Login {
  readonly username: string;
  readonly password: string;
}

// Asked before anything is kept: without a login, an image that the execution role cannot pull would only be found out by a task that fails.
async function loginsOf(
  { ports, config }: Cloud,
  { template, project, environment }: Unit,
  call: Call,
): Promise<ReadonlyMap<string, Login>> {
  const found = new Map<string, Login>();
  for (const host of new Set([template, ...template.sidecars].map(({ image }) => registryOf(image)))) {
    const login = await ports.registries({ project, environment }, host, call);
    const home = ecrPartition(host);
    if (login !== undefined) found.set(host, login);
    else if (home !== undefined && home.id !== config.partition.id)
      throw new AdapterError(
        "invalid",
        `The registry ${host} is of ${home.name}, and a role of ${config.partition.name} cannot pull from it: copy the image into a registry of its own partition, or keep a login for this one (berth registry).`,
      );
  }
  return found;
}

/** Removes what was delivered for a unit: what a list still shows, and `arns`, which it may not show yet. */
export async function withdraw(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  arns: readonly string[],
  call: Call,
): Promise<void> {
  const owner = await cloud.owner();
  const listed = await listSecrets(cloud, region, { Key: "name", Values: [secretPrefix(ref.name)] }, call);
  // The list lags up to five minutes (Secrets Manager API, ListSecrets), so what a task definition names is read by itself.
  for (const id of new Set([...listed.map(({ arn }) => arn), ...arns])) {
    const there = await describe(cloud, region, id, call);
    if (there === undefined || !isOurs(there.mark, owner) || there.mark.unit !== ref.id) continue;
    refuseOlderCopy(id, there.mark, owner);
    await cloud.send(region.region, "DeleteSecret", { SecretId: id, ForceDeleteWithoutRecovery: true }, call);
  }
}

/** Every secret of this region that carries a mark. */
export async function markedSecrets(cloud: Cloud, region: EcsRegion, call: Call) {
  return await listSecrets(cloud, region, { Key: "tag-key", Values: ["berth-installation"] }, call);
}

interface Value {
  readonly name: string;
  readonly value: () => Promise<string>;
  /** Whether another value may be kept under this name, so that the one there is not trusted to be this one. */
  readonly changes: boolean;
}

// What is there is read first: every try of a job comes by here, and nearly always finds what it needs.
async function put(
  cloud: Cloud,
  region: EcsRegion,
  unit: Unit,
  { name, value, changes }: Value,
  call: Call,
): Promise<string> {
  const owner = await cloud.owner();
  const before = await describe(cloud, region, name, call);
  if (before === undefined) {
    const made = await create(cloud, region, unit, { name, value: await value(), owner }, call);
    if (made !== undefined) return made;
  }
  const there = before ?? (await describe(cloud, region, name, call));
  if (there === undefined)
    throw new AdapterError(
      "conflict",
      `The secret ${name} exists and cannot be read yet; it is looked at again.`,
    );
  mayTouch(`The secret ${name}`, there.mark, unit.id, owner);
  if (changes) await renew(cloud, region, there.arn, await value(), call);
  return there.arn;
}

async function create(
  cloud: Cloud,
  region: EcsRegion,
  unit: Unit,
  { name, value, owner }: { readonly name: string; readonly value: string; readonly owner: Owner },
  call: Call,
): Promise<string | undefined> {
  const Tags = unitTags(unit, owner).map(({ key, value: text }) => ({ Key: key, Value: text }));
  try {
    const input = { Name: name, SecretString: value, Tags };
    return arnOf(await cloud.send(region.region, "CreateSecret", input, call), name);
  } catch (error) {
    if (codeOf(error) === "ResourceExistsException") return undefined;
    throw error;
  }
}

// Each write is another version, and AWS asks for no more than one in ten minutes (Secrets Manager API, PutSecretValue).
async function renew(cloud: Cloud, region: EcsRegion, arn: string, value: string, call: Call): Promise<void> {
  const { SecretString } = await cloud.send(region.region, "GetSecretValue", { SecretId: arn }, call);
  if (SecretString === value) return;
  await cloud.send(region.region, "PutSecretValue", { SecretId: arn, SecretString: value }, call);
}

async function describe(cloud: Cloud, region: EcsRegion, id: string, call: Call) {
  try {
    const found = await cloud.send(region.region, "DescribeSecret", { SecretId: id }, call);
    // Scheduled for deletion: it stays for its days of grace and is of no use any more.
    return found.DeletedDate === undefined ? { arn: arnOf(found, id), mark: markOf(found.Tags) } : undefined;
  } catch (error) {
    if (codeOf(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function listSecrets(
  cloud: Cloud,
  region: EcsRegion,
  filter: { readonly Key: "name" | "tag-key"; readonly Values: string[] },
  call: Call,
) {
  const found = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const token = NextToken === undefined ? {} : { NextToken };
    const input = { Filters: [filter], MaxResults: ENTRIES_PER_PAGE, ...token };
    const output = await cloud.send(region.region, "ListSecrets", input, call);
    for (const { ARN = "", Name = "", Tags } of output.SecretList ?? [])
      found.push({ arn: ARN, name: Name, mark: markOf(Tags) });
    NextToken = output.NextToken;
    if (NextToken === undefined) return found;
  }
  throw new AdapterError(
    "invalid",
    `There are too many secrets in ${region.region} to look through: remove some.`,
  );
}

function arnOf({ ARN }: { readonly ARN?: string | undefined }, name: string): string {
  if (ARN !== undefined) return ARN;
  throw new AdapterError("bug", `Secrets Manager answered without the ARN of ${name}.`);
}

const markOf = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
) => readMark(Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])));
