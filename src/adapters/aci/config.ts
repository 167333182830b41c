import { type AzureCloud, azureCloud, notOfferedThere } from "../../catalog/azure-clouds.ts";
import { builtInBook } from "../../catalog/shipped-book.ts";
import { ID } from "../../domain/name.ts";
import { IDENTITY } from "./render/escape.ts";
import { type ConfigObject, hint, note, objectIn, parseConfig, textIn } from "../config.ts";
import type { NamedSecret } from "../named-secret.ts";

/** A connected subscription: which resource group, which regions, and as whom. */
export interface AciConfig {
  readonly tenantId: string;
  readonly clientId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly regions: readonly string[];
  /** The cloud that all of the regions are in. */
  readonly cloud: AzureCloud;
  /** Resource ids of the managed identities that `x-aci.userAssignedIdentities` may name; the app needs a right on each. */
  readonly userAssignedIdentities: readonly string[];
  /** The long-lived fallback: a sealed secret of Berth with a client secret of the app. */
  readonly credentials?: NamedSecret | undefined;
  readonly endpoints: { readonly resourceManager: string; readonly login: string };
  /** Whether the target names endpoints of its own, which an instance has to allow. */
  readonly customEndpoints: boolean;
}

/** The subscription at which Azure bills what runs there, of a stored configuration. */
export const aciAccount = ({
  subscriptionId,
}: Partial<Readonly<Record<keyof AciConfig, unknown>>>): unknown => subscriptionId;

/**
 * Reads `{tenantId, clientId, subscriptionId, resourceGroup, region | regions, userAssignedIdentities?, credentials?, endpoints?}`. Throws `Fault` "invalid-body"
 * with every problem.
 */
export function parseAciConfig(document: unknown): AciConfig {
  return parseConfig(document, FIELDS, (config) => {
    const regions = regionsIn(config);
    const cloud = azureCloud(regions[0] ?? "");
    return { regions, cloud, ...accountIn(config), endpoints: endpointsIn(config, cloud) };
  });
}

function accountIn(config: ConfigObject): Omit<AciConfig, "regions" | "cloud" | "endpoints"> {
  return {
    tenantId: uuidIn(config, "tenantId", "the directory (tenant) ID of your Entra tenant"),
    clientId: uuidIn(config, "clientId", "the application (client) ID of the app that trusts Berth"),
    subscriptionId: uuidIn(config, "subscriptionId", "the ID of the subscription"),
    resourceGroup: resourceGroupIn(config),
    userAssignedIdentities: identitiesIn(config),
    credentials: config.fields["credentials"] === undefined ? undefined : credentialsIn(config),
    customEndpoints: config.fields["endpoints"] !== undefined,
  };
}

const FIELDS = [
  "tenantId",
  "clientId",
  "subscriptionId",
  "resourceGroup",
  "region",
  "regions",
  "userAssignedIdentities",
  "credentials",
  "endpoints",
];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Azure, "Naming rules and restrictions": letters, digits, _ - . ( ), not ending with a full stop. */
const RESOURCE_GROUP = /^[\w.()-]{0,89}[\w()-]$/;
const MOST_REGIONS = 20;
const MOST_IDENTITIES = 50;
const MOST_URL_CHARS = 2_000;

function uuidIn(config: ConfigObject, field: string, what: string): string {
  const value = config.fields[field];
  if (typeof value === "string" && UUID.test(value)) return value.toLowerCase();
  note(config, field, `Give ${what}, as 00000000-0000-0000-0000-000000000000.`);
  return "";
}

function resourceGroupIn(config: ConfigObject): string {
  const value = config.fields["resourceGroup"];
  if (typeof value === "string" && RESOURCE_GROUP.test(value)) return value;
  note(config, "resourceGroup", "Give the name of a resource group that exists, without its path.");
  return "";
}

function regionsIn(config: ConfigObject): readonly string[] {
  const { region, regions } = config.fields;
  if ((region === undefined) === (regions === undefined)) {
    note(config, "regions", 'Give regions, such as ["westeurope"]; region alone will do for one.');
    return [];
  }
  const given: readonly unknown[] = Array.isArray(regions) ? regions : [region ?? regions];
  if (given.length === 0 || given.length > MOST_REGIONS || new Set(given).size < given.length)
    note(config, "regions", `Give 1 to ${MOST_REGIONS} regions, each once.`);
  const known = builtInBook()
    .regions.filter(({ provider }) => provider === "aci")
    .map(({ id }) => id);
  const found = given.slice(0, MOST_REGIONS).flatMap((one) => {
    if (typeof one === "string" && known.includes(one)) return [one];
    note(config, "regions", unknownRegion(one, known));
    return [];
  });
  refuseTwoClouds(config, found);
  return found;
}

function unknownRegion(one: unknown, known: readonly string[]): string {
  if (typeof one !== "string") return `Give names of regions${hint(String(one), known)}`;
  const elsewhere = notOfferedThere(one);
  if (elsewhere !== undefined) return `${elsewhere}.`;
  return `Azure has no region ${one.slice(0, 60)} in the catalog${hint(one, known)}`;
}

// A subscription, its tenant and its tokens are of one cloud.
function refuseTwoClouds(config: ConfigObject, regions: readonly string[]): void {
  const clouds = [...Map.groupBy(regions, (region) => azureCloud(region).name)];
  if (clouds.length < 2) return;
  const parts = clouds.map(([name, inIt]) => `${inIt.join(", ")} of ${name}`);
  note(
    config,
    "regions",
    `A target lies in one cloud, and these are in ${clouds.length}: ${parts.join("; ")}. Make a target of each.`,
  );
}

function identitiesIn(config: ConfigObject): readonly string[] {
  const { userAssignedIdentities: given = [] } = config.fields;
  const ids: readonly unknown[] = Array.isArray(given) ? given : [given];
  const right = ids.filter((one) => typeof one === "string").filter((one) => IDENTITY.test(one));
  if (right.length < ids.length || ids.length > MOST_IDENTITIES || new Set(right).size < right.length)
    note(
      config,
      "userAssignedIdentities",
      `Give at most ${MOST_IDENTITIES} resource ids of managed identities, each once, as /subscriptions/.../userAssignedIdentities/name.`,
    );
  return right.slice(0, MOST_IDENTITIES);
}

function credentialsIn(config: ConfigObject): AciConfig["credentials"] {
  const inner = objectIn(config, "credentials", ["secret", "environment"]);
  const secret = textIn(inner, "secret", 63);
  const environment = textIn(inner, "environment", 63) ?? "production";
  if (secret === undefined || !ID.test(secret))
    note(inner, "secret", "Give the name of the secret that holds a client secret of the app.");
  return { secret: secret ?? "", environment };
}

function endpointsIn(config: ConfigObject, cloud: AzureCloud): AciConfig["endpoints"] {
  const own = { resourceManager: cloud.resourceManager, login: cloud.authority };
  const inner = objectIn(config, "endpoints", ["resourceManager", "login"]);
  const read = (field: keyof typeof own): string => {
    const url = textIn(inner, field, MOST_URL_CHARS);
    if (url === undefined) return own[field];
    if (!isBase(url))
      note(
        inner,
        field,
        `Give a URL such as ${cloud.resourceManager}, without a path; http only for this machine.`,
      );
    return url.replace(/\/$/, "");
  };
  return { resourceManager: read("resourceManager"), login: read("login") };
}

function isBase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username } = new URL(text);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  const safe = protocol === "https:" || (protocol === "http:" && loopback);
  return safe && pathname === "/" && search === "" && hash === "" && username === "";
}
