import { builtInBook } from "../../catalog/shipped-book.ts";
import { type Cloud, CLOUDS } from "../../domain/place.ts";
import {
  type ConfigObject,
  flagIn,
  hint,
  integerIn,
  note,
  objectIn,
  objectsIn,
  parseConfig,
  textIn,
  wordIn,
} from "../config.ts";
import type { SimulatedRules } from "../simulated-cloud.ts";
import { FAULTABLE, type FaultRule, TROUBLES } from "./faults.ts";
import { type Quota, QUOTAS } from "./quotas.ts";

/** What a sandbox target simulates and how well it behaves; everything left out has its default. */
export interface SandboxConfig {
  readonly simulates: Cloud;
  readonly region: string;
  readonly rules: {
    readonly delaysMs: SimulatedRules["delaysMs"];
    readonly quota: Quota;
    readonly faults: readonly FaultRule[];
    readonly rates: boolean;
  };
}

/** Reads `{simulates, region, sandbox?: {delaysMs?, quota?, faults?, rates?}}`. Throws `Fault` "invalid-body" with every problem. */
export function parseSandboxConfig(document: unknown): SandboxConfig {
  return parseConfig(document, ["simulates", "region", "sandbox"], (config) => {
    const simulates = wordIn(config, "simulates", CLOUDS, "ecs");
    const region = regionIn(config, simulates);
    const sandbox = objectIn(config, "sandbox", ["delaysMs", "quota", "faults", "rates"]);
    return {
      simulates,
      region,
      rules: {
        delaysMs: delaysIn(sandbox),
        quota: quotaIn(sandbox, QUOTAS[simulates]),
        faults: faultsIn(sandbox),
        rates: flagIn(sandbox, "rates"),
      },
    };
  });
}

/** Together at most a second: a unit of a well-behaved sandbox is ready within 3 s, looks included. */
const DELAYS_MS: SimulatedRules["delaysMs"] = { create: 300, ready: 700, destroy: 300, visible: 200 };
const MOST_DELAY_MS = 3_600_000;
const MOST_FAULTS = 50;
const MOST_STRIKES = 1_000_000;
const MOST_RESOURCES = 100_000;

function regionIn(config: ConfigObject, cloud: Cloud): string {
  const regions = builtInBook()
    .regions.filter((region) => region.provider === cloud)
    .map((region) => region.id);
  const region = config.fields["region"];
  if (typeof region === "string" && regions.includes(region)) return region;
  const named =
    typeof region === "string"
      ? `${cloud} has no region ${region.slice(0, 60)} in the catalog`
      : "Give a region";
  note(config, "region", `${named}${hint(String(region), regions)} \`GET /v1/catalog/regions\` lists them.`);
  return "";
}

function delaysIn(sandbox: ConfigObject): SimulatedRules["delaysMs"] {
  const delays = objectIn(sandbox, "delaysMs", Object.keys(DELAYS_MS));
  const read = (field: keyof typeof DELAYS_MS) =>
    integerIn(delays, field, 0, MOST_DELAY_MS, DELAYS_MS[field]);
  return { create: read("create"), ready: read("ready"), destroy: read("destroy"), visible: read("visible") };
}

function quotaIn(sandbox: ConfigObject, usual: Quota): Quota {
  const quota = objectIn(sandbox, "quota", ["resources", "createBurst", "createsPerHour"]);
  return {
    resources: integerIn(quota, "resources", 0, MOST_RESOURCES, usual.resources),
    replicasPerResource: usual.replicasPerResource,
    createBurst: integerIn(quota, "createBurst", 1, MOST_RESOURCES, usual.createBurst),
    createsPerHour: integerIn(quota, "createsPerHour", 1, MOST_RESOURCES, usual.createsPerHour),
  };
}

function faultsIn(sandbox: ConfigObject): readonly FaultRule[] {
  const known = ["on", "kind", "times", "lostAnswer", "workload", "message", "retryAfterMs"];
  return objectsIn(sandbox, "faults", known, MOST_FAULTS).map((fault) => {
    const kind = wordIn(fault, "kind", TROUBLES, "unavailable");
    return {
      on: wordIn(fault, "on", FAULTABLE, "apply"),
      kind,
      times: integerIn(fault, "times", 1, MOST_STRIKES, 1),
      lostAnswer: flagIn(fault, "lostAnswer"),
      workload: textIn(fault, "workload", 60),
      message: textIn(fault, "message", 300),
      retryAfterMs: integerIn(
        fault,
        "retryAfterMs",
        0,
        MOST_DELAY_MS,
        kind === "throttled" ? 1_000 : undefined,
      ),
    };
  });
}
