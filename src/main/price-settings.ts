import type { PriceAddresses } from "../catalog/refresh/listing.ts";
import { PRICE_ADDRESSES } from "../catalog/refresh/sources.ts";

/** How prices are kept up to date. */
export interface PriceSettings {
  /** 0: never by the clock. */
  readonly refreshHours: number;
  readonly gcpKey: string | undefined;
  readonly addresses: PriceAddresses;
}

/** The variables they are read from, on Node and on Workers. */
export interface PriceVariables {
  readonly BERTH_PRICES_REFRESH_HOURS?: string | undefined;
  readonly BERTH_GCP_PRICING_KEY?: string | undefined;
  /** Mirrors of the providers' interfaces, for a network without a way out. */
  readonly BERTH_AWS_PRICES_URL?: string | undefined;
  readonly BERTH_AZURE_PRICES_URL?: string | undefined;
  readonly BERTH_GCP_PRICES_URL?: string | undefined;
}

const DEFAULT_HOURS = 24;
const MOST_HOURS = 8_760;

/** The settings, and a sentence for every variable that does not say one. */
export function parsePriceSettings(env: PriceVariables): {
  readonly settings: PriceSettings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const text = (name: keyof PriceVariables) => (env[name] === "" ? undefined : env[name]);
  const address = (name: keyof PriceVariables, fallback: string): string => {
    const value = text(name);
    if (value === undefined) return fallback;
    const { protocol } = URL.parse(value) ?? {};
    if (protocol !== "https:" && protocol !== "http:")
      problems.push(`${name} is no URL; say one such as https://mirror.example.`);
    return value;
  };
  const hours = text("BERTH_PRICES_REFRESH_HOURS") ?? String(DEFAULT_HOURS);
  if (!/^\d{1,4}$/.test(hours) || Number(hours) > MOST_HOURS)
    problems.push(
      `BERTH_PRICES_REFRESH_HOURS is ${JSON.stringify(hours)}; say whole hours from 1 to ${MOST_HOURS}, or 0 for never.`,
    );
  const settings = {
    refreshHours: Number(hours),
    gcpKey: text("BERTH_GCP_PRICING_KEY"),
    addresses: {
      ecs: address("BERTH_AWS_PRICES_URL", PRICE_ADDRESSES.ecs),
      aci: address("BERTH_AZURE_PRICES_URL", PRICE_ADDRESSES.aci),
      "cloud-run": address("BERTH_GCP_PRICES_URL", PRICE_ADDRESSES["cloud-run"]),
    },
  };
  return { settings, problems };
}
