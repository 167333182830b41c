import { fetchJson } from "./fetch-json.ts";
import { type Believed, type FreshPrice, no } from "./fresh-price.ts";
import { CLOUD_RUN_SKUS, GCP_BESIDE, type GcpSkus } from "./gcp-skus.ts";
import { readGcpPage, settleTiers, type TierPrice } from "./gcp.ts";
import type { Listing, Reading } from "./listing.ts";

const listingOf = (skus: GcpSkus): Listing => ({
  name: skus.name,
  source: `Cloud Billing Catalog API (cloudbilling.googleapis.com${pathOf(skus)})${skus === CLOUD_RUN_SKUS ? "" : `, ${skus.name}`}`,
  known: skus.known,
  read: (reading) => readPages(reading, skus),
});

/** What is read of the Cloud Billing Catalog: Cloud Run, then what stands beside it. */
export const GCP_LISTINGS: readonly [Listing, ...Listing[]] = [
  listingOf(CLOUD_RUN_SKUS),
  ...GCP_BESIDE.map(listingOf),
];

/** Cloud Run has some 700 SKUs: more pages than this never end. */
const MOST_PAGES = 100;
const PAGE_SIZE = 500;

function pathOf({ service }: GcpSkus): string {
  return `/v1/services/${service}/skus`;
}

async function readPages(reading: Reading, skus: GcpSkus): Promise<Believed<readonly FreshPrice[]>> {
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
    const url = new URL(pathOf(skus), reading.addresses["cloud-run"]);
    url.searchParams.set("pageSize", String(PAGE_SIZE));
    if (token !== "") url.searchParams.set("pageToken", token);
    // The key travels as a header, so that no log of addresses holds it.
    const answer = await fetchJson(reading.web, url, { ...reading, headers: { "x-goog-api-key": gcpKey } });
    if (!answer.ok) return answer;
    const page = readGcpPage(answer.value, skus);
    if (!page.ok) return page;
    prices.push(...page.value.prices);
    token = page.value.next;
  }
  return settleTiers(prices);
}
