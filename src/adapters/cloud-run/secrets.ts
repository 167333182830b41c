import { AdapterError } from "../../domain/fault.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts, Owner, Tenant } from "../cloud-ports.ts";
import type { RestRequest, SendRest } from "./api.ts";
import type { CloudRunConfig } from "./config.ts";
import { labelsOf, ownMark, requireOwn, RESOURCE_LABEL } from "./labels.ts";
import { member, members, texts } from "./members.ts";
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
 * Makes what a resource will read, before the resource: each secret, its versions in order, and the right of the containers'
 * service account to read it. Repeated, it goes on where it stopped.
 */
export async function makeSecrets(
  ports: SecretPorts,
  unit: Unit,
  resource: string,
  planned: readonly PlannedSecret[],
  call: Call,
): Promise<void> {
  for (const secret of planned) {
    await makeSecret(ports, unit, resource, secret, call);
    await fillSecret(ports, unit, secret, call);
    await allowReading(ports, secret.id, call);
  }
}

/** Removes every secret that was made for a unit's resource; true once a look finds none of them. */
export async function removeSecrets(
  ports: SecretPorts,
  resource: string,
  unit: string,
  call: Call,
): Promise<boolean> {
  const found = await secretsOf(ports, `labels.${RESOURCE_LABEL}=${resource}`, call);
  const own = found.filter(({ labels }) => ownMark(labels, ports.owner)?.unit === unit);
  for (const { id, labels } of own) {
    requireOwn(id, labels, unit, ports.owner);
    await ports.rest({ ...about(ports, id), method: "DELETE", repeatable: true }, call);
  }
  return own.length === 0;
}

/** Every secret that carries this installation's mark. */
export async function ownSecrets(ports: SecretPorts, call: Call): Promise<readonly SeenSecret[]> {
  return await secretsOf(ports, `labels.berth-installation=${ports.owner.id.toLowerCase()}`, call);
}

async function makeSecret(
  ports: SecretPorts,
  unit: Unit,
  resource: string,
  { id }: PlannedSecret,
  call: Call,
): Promise<void> {
  const there = await ports.rest({ ...about(ports, id), method: "GET", repeatable: true }, call);
  if (there !== undefined) {
    requireOwn(id, texts(there, "labels"), unit.id, ports.owner);
    return;
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
}

// A version that was lost on its way back is counted, and not added again.
async function fillSecret(ports: SecretPorts, unit: Unit, { id, versions }: PlannedSecret, call: Call) {
  const versionsOf = { ...about(ports, id, "/versions"), query: { pageSize: String(PAGE_SIZE) } };
  const kept = members(
    await ports.rest({ ...versionsOf, method: "GET", repeatable: true }, call),
    "versions",
  );
  for (const source of versions.slice(kept.length)) {
    const data = base64(await valueOf(ports, unit, source, call));
    const added = {
      ...about(ports, id, ":addVersion"),
      method: "POST",
      body: { payload: { data } },
    } as const;
    await ports.rest({ ...added, repeatable: false }, call);
  }
}

async function allowReading(ports: SecretPorts, id: string, call: Call): Promise<void> {
  const bindings = [
    {
      role: "roles/secretmanager.secretAccessor",
      members: [`serviceAccount:${ports.config.runtimeServiceAccount}`],
    },
  ];
  const request = {
    ...about(ports, id, ":setIamPolicy"),
    method: "POST",
    body: { policy: { bindings } },
  } as const;
  await ports.rest({ ...request, repeatable: true }, call);
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
