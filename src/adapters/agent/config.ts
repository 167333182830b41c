import { isDecimal } from "../../domain/money.ts";
import { idProblem } from "../../domain/name.ts";
import { type ConfigObject, note, parseConfig, textIn } from "../config.ts";

/** A pool of agents as a target. */
export interface AgentsConfig {
  readonly pool: string;
  readonly rates: OwnRates;
  /** ISO countries and legal zones the hosts stand in, for residency rules; nobody can look them up for a laptop. */
  readonly jurisdictions: readonly string[];
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
  return parseConfig(document, ["pool", ...RATES, "jurisdictions"], (config) => {
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
    return { pool, rates, jurisdictions: jurisdictionsIn(config) };
  });
}

const RATES = ["usdPerHour", "usdPerVcpuHour", "usdPerGibHour"] as const;
const MOST_JURISDICTIONS = 20;
const MOST_POOL_CHARS = 63;
const MOST_RATE_CHARS = 22;

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
