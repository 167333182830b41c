import { isDecimal } from "../../domain/money.ts";
import { idProblem } from "../../domain/name.ts";
import { type ConfigObject, note, objectIn, parseConfig, textIn } from "../config.ts";

/** A pool of agents as a target. */
export interface AgentsConfig {
  readonly pool: string;
  readonly rates: OwnRates;
  /** ISO countries and legal zones the hosts stand in, for residency rules; nobody can look them up for a laptop. */
  readonly jurisdictions: readonly string[];
  /** Where the hosts stand, degrees, and yearly average of their grid, gCO2e per kWh: for policies that weigh latency or carbon. */
  readonly location?: { readonly latitude: number; readonly longitude: number } | undefined;
  readonly gridGramsPerKwh?: number | undefined;
}

/** What the operator says the hosts cost, USD as decimal strings. All "0": already paid. */
export interface OwnRates {
  /** One whole host an hour; a replica pays its share of it. */
  readonly usdPerHour: string;
  readonly usdPerVcpuHour: string;
  readonly usdPerGibHour: string;
}

/** Reads `{pool, usdPerHour? | usdPerVcpuHour?, usdPerGibHour?, jurisdictions?}`. Throws `Fault` "invalid-body" with every problem. */
export function parseAgentsConfig(document: unknown): AgentsConfig {
  return parseConfig(
    document,
    ["pool", ...RATES, "jurisdictions", "location", "gridGramsPerKwh"],
    (config) => {
      const pool = poolIn(config);
      const rates = {
        usdPerHour: rateIn(config, "usdPerHour"),
        usdPerVcpuHour: rateIn(config, "usdPerVcpuHour"),
        usdPerGibHour: rateIn(config, "usdPerGibHour"),
      };
      const parts = [config.fields["usdPerVcpuHour"], config.fields["usdPerGibHour"]];
      if (config.fields["usdPerHour"] !== undefined && parts.some((part) => part !== undefined))
        note(
          config,
          "usdPerHour",
          "Price the host as a whole (usdPerHour) or by its parts (usdPerVcpuHour, usdPerGibHour), not both.",
        );
      const location = locationIn(config);
      const gridGramsPerKwh = numberIn(config, "gridGramsPerKwh", 0, MOST_GRAMS);
      return {
        pool,
        rates,
        jurisdictions: jurisdictionsIn(config),
        ...(location === undefined ? {} : { location }),
        ...(gridGramsPerKwh === undefined ? {} : { gridGramsPerKwh }),
      };
    },
  );
}

const RATES = ["usdPerHour", "usdPerVcpuHour", "usdPerGibHour"] as const;
const MOST_JURISDICTIONS = 20;
const MOST_POOL_CHARS = 63;
const MOST_RATE_CHARS = 22;
/** Lignite alone stays below. */
const MOST_GRAMS = 2_000;
const MOST_LATITUDE = 90;
const MOST_LONGITUDE = 180;

function poolIn(config: ConfigObject): string {
  if (config.fields["pool"] === undefined) note(config, "pool", "Name the pool its agents join.");
  const pool = textIn(config, "pool", MOST_POOL_CHARS);
  const problem = pool === undefined ? undefined : idProblem(pool);
  if (problem !== undefined) note(config, "pool", problem);
  return pool ?? "";
}

// JSON writes 0.02 as a number; as text it is the same decimal. Exponents are not, and nobody pays 1e21.
function rateIn(config: ConfigObject, field: (typeof RATES)[number]): string {
  const value = config.fields[field] ?? "0";
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && text.length <= MOST_RATE_CHARS && isDecimal(text) && !text.startsWith("-"))
    return text;
  note(config, field, 'Give USD an hour as a decimal such as "0.02"; 0 means already paid.');
  return "0";
}

function jurisdictionsIn(config: ConfigObject): readonly string[] {
  const value = config.fields["jurisdictions"] ?? [];
  const isZone = (zone: unknown): zone is string => typeof zone === "string" && /^[A-Z]{2,4}$/.test(zone);
  if (Array.isArray(value) && value.length <= MOST_JURISDICTIONS && value.every(isZone)) return value;
  note(config, "jurisdictions", `Give at most ${MOST_JURISDICTIONS} codes such as "DE" or "EU".`);
  return [];
}

function locationIn(config: ConfigObject): AgentsConfig["location"] {
  if (config.fields["location"] === undefined) return undefined;
  const place = objectIn(config, "location", ["latitude", "longitude"]);
  const latitude = numberIn(place, "latitude", -MOST_LATITUDE, MOST_LATITUDE);
  const longitude = numberIn(place, "longitude", -MOST_LONGITUDE, MOST_LONGITUDE);
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  if (place.fields["latitude"] === undefined || place.fields["longitude"] === undefined)
    note(config, "location", "Give both latitude and longitude, in degrees.");
  return undefined;
}

function numberIn(config: ConfigObject, field: string, least: number, most: number): number | undefined {
  const value = config.fields[field];
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= least && value <= most) return value;
  note(config, field, `Give a number from ${least} to ${most}.`);
  return undefined;
}
