import type { Cloud } from "../../domain/place.ts";
import { readAwsPrices } from "./aws.ts";
import { readAzurePage } from "./azure.ts";
import { fetchJson, type FetchBounds, type Web } from "./fetch-json.ts";
import { agreed, type Believed, type FreshPrice, no } from "./fresh-price.ts";
import { readGcpPage, settleTiers, type TierPrice } from "./gcp.ts";

/** Where each provider's prices are read; an installation without a way out may name a mirror. */
export interface PriceAddresses {
  readonly ecs: string;
  readonly aci: string;
  readonly "cloud-run": string;
}
export const PRICE_ADDRESSES: PriceAddresses = {
  ecs: "https://pricing.us-east-1.amazonaws.com",
  aci: "https://prices.azure.com",
  "cloud-run": "https://cloudbilling.googleapis.com",
};

/** What a row that was read there says of its source. */
export const LIVE_SOURCE: Readonly<Record<Cloud, string>> = {
  ecs: "AWS Price List, AmazonECS (pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current)",
  aci: "Azure Retail Prices API (prices.azure.com/api/retail/prices), Container Instances",
  "cloud-run": "Cloud Billing Catalog API (cloudbilling.googleapis.com/v1/services/152E-C115-5142/skus)",
};

/** One reading of one provider. */
export interface Reading {
  readonly web: Web;
  readonly addresses: PriceAddresses;
  /** Regions of the book: those are read, where a provider is read by region. */
  readonly regions: readonly string[];
  readonly gcpKey?: string | undefined;
  readonly now: number;
  readonly signal: AbortSignal;
  readonly bounds?: FetchBounds | undefined;
}

/** Every price of a provider's containers, read to the end, or the sentence why the reading is not believed. */
export async function readPrices(
  provider: Cloud,
  reading: Reading,
): Promise<Believed<readonly FreshPrice[]>> {
  const read = await READERS[provider](reading);
  if (!read.ok) return no(read.why);
  return read.value.length === 0 ? no("nothing in the answer is a price of containers") : read;
}

const READERS: Readonly<Record<Cloud, (reading: Reading) => Promise<Believed<readonly FreshPrice[]>>>> = {
  ecs: readAws,
  aci: readAzure,
  "cloud-run": readGcp,
};

/** Azure lists some 900 items and Google some 700: more pages than this never end. */
const MOST_PAGES = 100;
const AWS_READS_AT_ONCE = 3;
const AWS_NO_SUCH_FILE: ReadonlySet<number> = new Set([403, 404]);
const GCP_PAGE_SIZE = 500;
/** Cloud Run's id in the catalog. */
const GCP_PATH = "/v1/services/152E-C115-5142/skus";
const AZURE_PATH = "/api/retail/prices";
const AZURE_FILTER = "serviceName eq 'Container Instances'";

async function readAws(reading: Reading): Promise<Believed<readonly FreshPrice[]>> {
  const waiting = [...reading.regions];
  const prices: FreshPrice[] = [];
  let doubt: { readonly ok: false; readonly why: string } | undefined;
  const work = async () => {
    for (
      let region = waiting.shift();
      region !== undefined && doubt === undefined;
      region = waiting.shift()
    ) {
      const read = await readAwsRegion(reading, region);
      if (read.ok) prices.push(...read.value);
      else doubt = read;
    }
  };
  await Promise.all(Array.from({ length: AWS_READS_AT_ONCE }, work));
  return doubt ?? { ok: true, value: prices };
}

async function readAwsRegion(reading: Reading, region: string): Promise<Believed<readonly FreshPrice[]>> {
  const path = `/offers/v1.0/aws/AmazonECS/current/${encodeURIComponent(region)}/index.json`;
  const answer = await fetchJson(reading.web, new URL(path, reading.addresses.ecs), reading);
  if (answer.ok) return readAwsPrices(answer.value, region);
  // A region without a file has no prices there: its rows count as vanished, and the others are read.
  const absent = answer.status !== undefined && AWS_NO_SUCH_FILE.has(answer.status);
  return absent ? { ok: true, value: [] } : answer;
}

async function readAzure(reading: Reading): Promise<Believed<readonly FreshPrice[]>> {
  const first = new URL(AZURE_PATH, reading.addresses.aci);
  first.searchParams.set("$filter", AZURE_FILTER);
  const prices: FreshPrice[] = [];
  const seen = new Set<string>();
  for (let next: URL | undefined = first; next !== undefined;) {
    if (seen.size >= MOST_PAGES || seen.has(next.href)) return no(`the pages of ${first.host} do not end`);
    seen.add(next.href);
    const answer = await fetchJson(reading.web, next, reading);
    if (!answer.ok) return answer;
    const page = readAzurePage(answer.value, reading.now);
    if (!page.ok) return page;
    prices.push(...page.value.prices);
    const link: Believed<URL | undefined> = linkFrom(page.value.next, first);
    if (!link.ok) return link;
    next = link.value;
  }
  return agreed(prices);
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

async function readGcp(reading: Reading): Promise<Believed<readonly FreshPrice[]>> {
  const { gcpKey } = reading;
  if (gcpKey === undefined)
    return no(
      "the Cloud Billing Catalog wants an API key: set BERTH_GCP_PRICING_KEY; until then the book's prices stay",
    );
  const prices: TierPrice[] = [];
  const seen = new Set<string>();
  for (let token: string | undefined = ""; token !== undefined;) {
    if (seen.size >= MOST_PAGES || seen.has(token)) return no("the pages of the Billing Catalog do not end");
    seen.add(token);
    const url = new URL(GCP_PATH, reading.addresses["cloud-run"]);
    url.searchParams.set("pageSize", String(GCP_PAGE_SIZE));
    if (token !== "") url.searchParams.set("pageToken", token);
    // The key travels as a header, so that no log of addresses holds it.
    const answer = await fetchJson(reading.web, url, { ...reading, headers: { "x-goog-api-key": gcpKey } });
    if (!answer.ok) return answer;
    const page = readGcpPage(answer.value);
    if (!page.ok) return page;
    prices.push(...page.value.prices);
    token = page.value.next;
  }
  return settleTiers(prices);
}
