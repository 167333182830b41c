import { AdapterError } from "../../domain/fault.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts, Owner, Tenant } from "../cloud-ports.ts";
import { inTurns } from "../in-turns.ts";
import type { RestRequest, SendRest } from "./api.ts";
import type { CloudRunConfig } from "./config.ts";
import { labelsOf, ownMark, requireOwn, RESOURCE_LABEL } from "./labels.ts";
import { member, members, textIn, texts } from "./members.ts";
import type { PlannedSecret, SecretSource } from "./unit-secrets.ts";

/** What the making and removing of secrets needs. */
export interface SecretPorts {
  readonly rest: SendRest;
  readonly config: CloudRunConfig;
  readonly read: CloudPorts["secrets"];
  readonly owner: Owner;
}

/** A secret of ours in Secret Manager. */
export interface SeenSecret {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Secret Manager takes 64 KiB a version (cloud.google.com/secret-manager/quotas). */
const MOST_BYTES = 65_536;
const PAGE_SIZE = 100;
/** Pages of a list that are read; more of our secrets than this in one project would pass its quota. */
const MOST_PAGES = 100;

/**
 * Makes what a resource will read, before the resource: each secret and its versions in order. The containers' account may read them by
 * their names (`permissions.ts`). Repeated, it goes on where it stopped.
 */
export async function makeSecrets(
  ports: SecretPorts,
  unit: Unit,
  resource: string,
  planned: readonly PlannedSecret[],
  call: Call,
): Promise<void> {
  await inTurns(planned, async (secret) => {
    const isNew = await makeSecret(ports, unit, resource, secret, call);
    await fillSecret(ports, unit, secret, isNew, call);
  });
}

/** What secrets were made for: one resource, or everything of a unit. */
export type SecretUse =
  | { readonly resource: string; readonly unit: string }
  | { readonly resource?: undefined; readonly unit: string };

/** Removes every secret that was made for a unit, or for one resource of it; true once a look finds none of them. */
export async function removeSecrets(ports: SecretPorts, use: SecretUse, call: Call): Promise<boolean> {
  const filter =
    use.resource === undefined
      ? `labels.berth-unit=${use.unit.toLowerCase()}`
      : `labels.${RESOURCE_LABEL}=${use.resource}`;
  const found = await secretsOf(ports, filter, call);
  const own = found.filter(({ labels }) => ownMark(labels, ports.owner)?.unit === use.unit);
  await inTurns(own, async ({ id, labels }) => {
    requireOwn(id, labels, use.unit, ports.owner);
    await removeSecret(ports, id, call);
  });
  return own.length === 0;
}

/** Every secret that carries this installation's mark. */
export async function ownSecrets(ports: SecretPorts, call: Call): Promise<readonly SeenSecret[]> {
  return await secretsOf(ports, `labels.berth-installation=${ports.owner.id.toLowerCase()}`, call);
}

/** Whether this call made it. */
async function makeSecret(
  ports: SecretPorts,
  unit: Unit,
  resource: string,
  { id }: PlannedSecret,
  call: Call,
): Promise<boolean> {
  const there = await ports.rest({ ...about(ports, id), method: "GET", repeatable: true }, call);
  if (there !== undefined) {
    requireOwn(id, texts(there, "labels"), unit.id, ports.owner);
    return false;
  }
  const body = {
    // In the unit's own region: a secret crosses no border that its workload does not.
    replication: { userManaged: { replicas: [{ location: unit.place.region }] } },
    labels: { ...labelsOf(unit, ports.owner), [RESOURCE_LABEL]: resource },
  };
  const request = {
    ...about(ports),
    method: "POST",
    query: { secretId: id },
    body,
    repeatable: false,
  } as const;
  await ports.rest(request, call);
  return true;
}

// A version whose answer was lost is found by its number, and not added again. A list would not do: it shows a new version late.
async function fillSecret(
  ports: SecretPorts,
  unit: Unit,
  { id, versions }: PlannedSecret,
  isNew: boolean,
  call: Call,
): Promise<void> {
  for (const [index, source] of versions.entries()) {
    const number = String(index + 1);
    const version = { ...about(ports, id, `/versions/${number}`), method: "GET", repeatable: true } as const;
    if (!isNew && (await ports.rest(version, call)) !== undefined) continue;
    const data = base64(await valueOf(ports, unit, source, call));
    const added = {
      ...about(ports, id, ":addVersion"),
      method: "POST",
      body: { payload: { data } },
    } as const;
    const made = await ports.rest({ ...added, repeatable: false }, call);
    if (textIn(made, "name").split("/").at(-1) === number) continue;
    // Its numbers are what the resource will read it by: with one too many it is of no use, and nothing reads it yet.
    await removeSecret(ports, id, call);
    throw new AdapterError("unavailable", `The secret ${id} has a version too many and is made anew.`);
  }
}

async function removeSecret(ports: SecretPorts, id: string, call: Call): Promise<void> {
  await ports.rest({ ...about(ports, id), method: "DELETE", repeatable: true }, call);
}

async function valueOf(
  ports: SecretPorts,
  unit: Unit,
  source: SecretSource,
  call: Call,
): Promise<Uint8Array> {
  const tenant: Tenant = { project: unit.project, environment: unit.environment };
  const text = "content" in source ? source.content : await ports.read(tenant, source.reference, call);
  const bytes = new TextEncoder().encode(text);
  const name = "content" in source ? "a file" : `the secret ${source.reference}`;
  if (bytes.length <= MOST_BYTES) return bytes;
  throw new AdapterError(
    "invalid",
    `Google's Secret Manager keeps ${MOST_BYTES} bytes and ${name} has ${bytes.length}: make it smaller.`,
  );
}

async function secretsOf(ports: SecretPorts, filter: string, call: Call): Promise<readonly SeenSecret[]> {
  const found: SeenSecret[] = [];
  let pageToken = "";
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query = { filter, pageSize: String(PAGE_SIZE), ...(pageToken === "" ? {} : { pageToken }) };
    const answer = await ports.rest({ ...about(ports), method: "GET", query, repeatable: true }, call);
    for (const item of members(answer, "secrets"))
      found.push({ id: String(member(item, "name")).split("/").at(-1) ?? "", labels: texts(item, "labels") });
    const next = member(answer, "nextPageToken");
    if (typeof next !== "string" || next === "") return found;
    pageToken = next;
  }
  throw new AdapterError("bug", `Google's project has more than ${MOST_PAGES * PAGE_SIZE} secrets of Berth.`);
}

function about({ config }: SecretPorts, id?: string, verb = ""): Pick<RestRequest, "service" | "path"> {
  const secret = id === undefined ? "" : `/${id}`;
  return { service: "secretManager", path: `/v1/projects/${config.projectId}/secrets${secret}${verb}` };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
