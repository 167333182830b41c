import type { KeptQuota } from "./known.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Call } from "../adapter.ts";
import { classify, codeOf } from "./classify.ts";
import { type Cloud } from "./cloud.ts";
import { remember } from "./known.ts";

/**
 * Quotas of the account that bound what Berth starts, by their codes at Service Quotas (AWS General Reference, "Amazon ECS endpoints and
 * quotas"; the console shows each under its code).
 */
export const ACCOUNT_QUOTAS = {
  onDemandVcpu: { ServiceCode: "fargate", QuotaCode: "L-3032A538" },
  spotVcpu: { ServiceCode: "fargate", QuotaCode: "L-36FBB829" },
  tasksPerService: { ServiceCode: "ecs", QuotaCode: "L-92E49DE3" },
  servicesPerCluster: { ServiceCode: "ecs", QuotaCode: "L-9EF96962" },
} as const;
export type QuotaName = keyof typeof ACCOUNT_QUOTAS;
export const QUOTA_NAMES: readonly QuotaName[] = [
  "onDemandVcpu",
  "spotVcpu",
  "tasksPerService",
  "servicesPerCluster",
];
/** What AWS told of a region; what it did not tell is not there. */
export type Quotas = Readonly<Partial<Record<QuotaName, number>>>;

/** A quota is raised by people, seldom, and AWS itself raises those of new accounts within days. */
const QUOTA_MS = 3_600_000;
/** After a reading that failed, ms: a role of an older print may not read quotas, and is not asked about it at every deploy. */
const AGAIN_MS = 300_000;
/** Reading may not cost an offer its place: offers have 5 s together. */
const READING_MS = 2_000;

/** The quotas of a region, kept for an hour and read once for all who ask. One that cannot be read stays as it was, at first unknown. */
export async function quotasIn(cloud: Cloud, region: string): Promise<Quotas> {
  const values = await Promise.all(QUOTA_NAMES.map(async (name) => await kept(cloud, region, name)));
  return quotasOf(values);
}

/** The quotas of a region as they stand now, for a check. Throws `AdapterError`. */
export async function readQuotas(cloud: Cloud, region: string, call: Call): Promise<Quotas> {
  const values = await Promise.all(QUOTA_NAMES.map(async (name) => await read(cloud, region, name, call)));
  const until = cloud.ports.now() + QUOTA_MS;
  for (const [index, name] of QUOTA_NAMES.entries())
    remember(cloud.known.quotas, keyOf(region, name), { value: Promise.resolve(values[index]), until });
  return quotasOf(values);
}

function kept(cloud: Cloud, region: string, name: QuotaName): Promise<number | undefined> {
  const { known, ports } = cloud;
  const key = keyOf(region, name);
  const there = known.quotas.get(key);
  const now = ports.now();
  if (there !== undefined && now < there.until) return there.value;
  const value = readOr(cloud, region, name, there);
  remember(known.quotas, key, { value, until: now + QUOTA_MS });
  return value;
}

async function readOr(
  cloud: Cloud,
  region: string,
  name: QuotaName,
  before: KeptQuota | undefined,
): Promise<number | undefined> {
  try {
    return await read(cloud, region, name, { signal: AbortSignal.timeout(READING_MS) });
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const value = before?.value ?? Promise.resolve(undefined);
    remember(cloud.known.quotas, keyOf(region, name), { value, until: cloud.ports.now() + AGAIN_MS });
    return await value;
  }
}

// An account has no value of its own for a quota that nobody ever raised, of some services (Service Quotas API, GetServiceQuota).
async function read(cloud: Cloud, region: string, name: QuotaName, call: Call): Promise<number | undefined> {
  try {
    const { Quota } = await cloud.send(region, "GetServiceQuota", ACCOUNT_QUOTAS[name], call);
    return Quota?.Value;
  } catch (error) {
    if (codeOf(error) === "NoSuchResourceException") return undefined;
    throw classify(error);
  }
}

const keyOf = (region: string, name: QuotaName): string => `${region}/${name}`;

function quotasOf(values: readonly (number | undefined)[]): Quotas {
  return Object.fromEntries(
    QUOTA_NAMES.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]]])),
  );
}
