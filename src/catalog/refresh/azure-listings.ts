import { type AzureMeters, readAzurePage } from "./azure.ts";
import { fetchJson } from "./fetch-json.ts";
import { type Believed, type FreshPrice, type Known, no } from "./fresh-price.ts";
import type { Listing, Reading } from "./listing.ts";
import { withSteps } from "./price-steps.ts";

const CPU = { meter: "cpu-second", unit: "vCPU-hour" } as const;
const MEMORY = { meter: "memory-gib-second", unit: "GiB-hour" } as const;
const CONFIDENTIAL = "Confidential containers ACI";

/** Meters of Container Instances: Linux, Spot, Confidential, and the software charge of Windows. */
export const ACI_METERS: AzureMeters = new Map(
  Object.entries<Known>({
    "Container Instances/Standard/Standard vCPU Duration": { product: "linux", ...CPU },
    "Container Instances/Standard/Standard Memory Duration": { product: "linux", ...MEMORY },
    "Container Instances/Standard Spot/Standard Spot vCPU Duration": { product: "spot-linux", ...CPU },
    "Container Instances/Standard Spot/Standard Spot Memory Duration": { product: "spot-linux", ...MEMORY },
    [`Container Instances/${CONFIDENTIAL}/${CONFIDENTIAL} vCPU Duration`]: {
      product: "confidential",
      ...CPU,
    },
    [`Container Instances/${CONFIDENTIAL}/${CONFIDENTIAL} Memory Duration`]: {
      product: "confidential",
      ...MEMORY,
    },
    "Container Instances/Standard/Standard Windows Software Duration": {
      product: "windows",
      meter: "os-cpu-second",
      unit: "vCPU-second",
    },
  }),
);

/** Traffic to the internet over Microsoft's own network, which is the way it takes unless told otherwise. */
export const EGRESS_METERS: AzureMeters = new Map(
  Object.entries<Known>({
    "Rtn Preference: MGN/Standard/Standard Data Transfer Out": {
      product: "egress",
      meter: "egress-gib",
      unit: "GiB",
      stepped: true,
    },
  }),
);

/** What Log Analytics takes in. */
export const LOG_METERS: AzureMeters = new Map(
  Object.entries<Known>({
    "Log Analytics/Analytics Logs/Analytics Logs Data Ingestion": {
      product: "logs",
      meter: "log-gib",
      unit: "GiB",
      stepped: true,
    },
  }),
);

const listingOf = (name: string, filter: string, meters: AzureMeters): Listing => ({
  name,
  source: `Azure Retail Prices API (prices.azure.com/api/retail/prices), ${name}`,
  known: [...meters.values()],
  read: (reading) => readPages(reading, filter, meters),
});

/** What is read of Azure's prices: Container Instances, then traffic and logs. */
export const AZURE_LISTINGS: readonly [Listing, ...Listing[]] = [
  listingOf("Container Instances", "serviceName eq 'Container Instances'", ACI_METERS),
  listingOf(
    "Bandwidth",
    "serviceName eq 'Bandwidth' and productName eq 'Rtn Preference: MGN' and meterName eq 'Standard Data Transfer Out'",
    EGRESS_METERS,
  ),
  listingOf(
    "Log Analytics",
    "serviceName eq 'Log Analytics' and meterName eq 'Analytics Logs Data Ingestion'",
    LOG_METERS,
  ),
];

/** Container Instances have some 900 items: more pages than this never end. */
const MOST_PAGES = 100;
const PATH = "/api/retail/prices";

async function readPages(
  reading: Reading,
  filter: string,
  meters: AzureMeters,
): Promise<Believed<readonly FreshPrice[]>> {
  const first = new URL(PATH, reading.addresses.aci);
  first.searchParams.set("$filter", filter);
  const prices: FreshPrice[] = [];
  const seen = new Set<string>();
  for (let next: URL | undefined = first; next !== undefined;) {
    if (seen.size >= MOST_PAGES || seen.has(next.href)) return no(`the pages of ${first.host} do not end`);
    seen.add(next.href);
    const answer = await fetchJson(reading.web, next, reading);
    if (!answer.ok) return answer;
    const page = readAzurePage(answer.value, reading.now, meters);
    if (!page.ok) return page;
    prices.push(...page.value.prices);
    const link: Believed<URL | undefined> = linkFrom(page.value.next, first);
    if (!link.ok) return link;
    next = link.value;
  }
  return withSteps(prices);
}

// The answer names its own next page: it may name no other host, port or path, or Berth would ask whatever it is told to.
function linkFrom(link: string | undefined, first: URL): Believed<URL | undefined> {
  if (link === undefined) return { ok: true, value: undefined };
  const url = URL.parse(link);
  if (
    url?.origin !== first.origin ||
    url.pathname !== first.pathname ||
    url.username !== "" ||
    url.password !== ""
  )
    return no(`the next page is said to be at another place than ${first.host}${first.pathname}`);
  return { ok: true, value: url };
}
