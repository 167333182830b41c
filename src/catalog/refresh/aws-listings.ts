import { awsPartition } from "../aws-partitions.ts";
import { AWS_BESIDE, type AwsOffer, FARGATE } from "./aws-offers.ts";
import { readAwsPrices } from "./aws.ts";
import { fetchJson } from "./fetch-json.ts";
import type { Believed, FreshPrice } from "./fresh-price.ts";
import type { Listing, Reading } from "./listing.ts";

const listingOf = (offer: AwsOffer): Listing => ({
  name: offer.code,
  source: `AWS Price List, ${offer.code} (pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${offer.code}/current)`,
  known: [...offer.usage.values()],
  ...(offer.everywhere === true
    ? { read: (reading) => readFile(reading, offer) }
    : { byRegion: true, read: (reading) => readRegions(reading, offer) }),
});

/** The offers of the AWS Price List that are read: Fargate, then what stands beside its tasks. */
export const AWS_LISTINGS: readonly [Listing, ...Listing[]] = [
  listingOf(FARGATE),
  ...AWS_BESIDE.map(listingOf),
];

/** A Worker has 128 MB, and a file takes several times its size while it is read. */
const READS_AT_ONCE = 3;
const NO_SUCH_FILE: ReadonlySet<number> = new Set([403, 404]);

async function readRegions(reading: Reading, offer: AwsOffer): Promise<Believed<readonly FreshPrice[]>> {
  const waiting = reading.regions.filter((region) => awsPartition(region).unlisted === undefined);
  const prices: FreshPrice[] = [];
  let doubt: { readonly ok: false; readonly why: string } | undefined;
  const work = async () => {
    for (
      let region = waiting.shift();
      region !== undefined && doubt === undefined;
      region = waiting.shift()
    ) {
      const read = await takeRegion(reading, offer, region);
      if (read.ok) prices.push(...read.value);
      else doubt = read;
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, work));
  return doubt ?? { ok: true, value: prices };
}

function takeRegion(
  reading: Reading,
  offer: AwsOffer,
  region: string,
): Promise<Believed<readonly FreshPrice[]>> {
  const read = () => readFile(reading, offer, region);
  return reading.take === undefined ? read() : reading.take(`ecs/${offer.code}/${region}`, read);
}

async function readFile(
  reading: Reading,
  offer: AwsOffer,
  region?: string,
): Promise<Believed<readonly FreshPrice[]>> {
  const place = region === undefined ? "" : `${encodeURIComponent(region)}/`;
  const path = `/offers/v1.0/aws/${offer.code}/current/${place}index.json`;
  const answer = await fetchJson(reading.web, new URL(path, reading.addresses.ecs), reading);
  if (answer.ok) return readAwsPrices(answer.value, region, offer);
  // A region without a file has no prices there: its rows count as vanished, and the others are read.
  const absent = region !== undefined && answer.status !== undefined && NO_SUCH_FILE.has(answer.status);
  return absent ? { ok: true, value: [] } : answer;
}
