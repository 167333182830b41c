import type { Cloud } from "../../domain/place.ts";
import type { ChangedPrice, Quarantined } from "../../domain/refresh-report.ts";
import { type PriceBook, type PriceCard, type Rate, tiersOf } from "../book.ts";
import { BigDecimal } from "../decimal.ts";
import { AWS_KNOWN } from "./aws.ts";
import { AZURE_KNOWN } from "./azure.ts";
import { type FreshPrice, type Known, priceKey } from "./fresh-price.ts";
import { GCP_KNOWN } from "./gcp.ts";
import { LIVE_SOURCE } from "./sources.ts";
import { keyIn, withCards } from "./with-cards.ts";

/** What one reading of one provider came to. */
export interface Compared {
  /** The book with what is believed of the reading; the same one when nothing of it is new. */
  readonly book: PriceBook;
  /** Why nothing of the reading is believed. */
  readonly why?: string | undefined;
  /** Rows read that are of regions in the book. */
  readonly read: number;
  readonly changed: readonly ChangedPrice[];
  /** Rows the book did not have. */
  readonly added: readonly string[];
  readonly quarantined: readonly Quarantined[];
  /** Rows of the book that the reading does not have: they stay, with their old date. */
  readonly vanished: readonly string[];
}

/** A jump that a person has looked at: this row may cost this. */
export interface Accepted {
  readonly row: string;
  readonly usd: string;
}

/**
 * Holds a complete reading against the book. A price more than 50 % off is quarantined; a reading in which many prices are off
 * or missing is another unit, currency or answer rather than news, and nothing of it is taken. `day` is the ISO day of the reading.
 */
export function comparePrices(
  book: PriceBook,
  provider: Cloud,
  fresh: readonly FreshPrice[],
  { day, accepted }: { readonly day: string; readonly accepted: readonly Accepted[] },
): Compared {
  const here = new Set(book.regions.filter((one) => one.provider === provider).map(({ id }) => id));
  const read = fresh.filter(({ region }) => here.has(region) || region === "global");
  const judged = read.map((price) => judge(book, price, accepted));
  const quarantined = judged.flatMap((verdict) => verdict.quarantined ?? []);
  const vanished = vanishedRows(book, provider, new Set(read.map(priceKey)));
  const kept = { book, read: read.length, changed: [], added: [], quarantined, vanished };
  const why = doubtAboutAll(read.length, quarantined.length, vanished.length);
  if (why !== undefined) return { ...kept, why };
  const taken = judged.flatMap((verdict) => verdict.taken ?? []);
  if (taken.length === 0) return kept;
  return {
    ...kept,
    book: withCards(book, day, cardsOf(taken, day)),
    changed: taken.flatMap(({ price, old }) =>
      old === undefined || old.usd === price.usd
        ? []
        : [{ row: priceKey(price), fromUsd: old.usd, toUsd: price.usd }],
    ),
    added: taken.flatMap(({ price, old }) => (old === undefined ? [priceKey(price)] : [])),
  };
}

const KNOWN: Readonly<Record<Cloud, readonly Known[]>> = {
  ecs: AWS_KNOWN,
  aci: AZURE_KNOWN,
  "cloud-run": GCP_KNOWN,
};
/** More than half as much again, or less than half: prices do not move so, mistakes do. */
const MOST_JUMP = "0.5";
/** A row the book does not have is believed within this factor of what the same costs elsewhere. */
const MOST_TIMES_PEERS = 5;
/** Fewer than this many doubtful rows never make a whole reading doubtful. */
const FEW = 10;
const MOST_QUARANTINED_SHARE = 0.25;
const MOST_VANISHED_SHARE = 0.5;

interface Taken {
  readonly price: FreshPrice;
  readonly old: Rate | undefined;
}
interface Verdict {
  readonly taken?: Taken;
  readonly quarantined?: Quarantined;
}

function judge(book: PriceBook, price: FreshPrice, accepted: readonly Accepted[]): Verdict {
  const row = priceKey(price);
  const tiers = ownTiers(book, price);
  const [old, ...more] = tiers;
  const isAccepted = accepted.some((one) => one.row === row && new BigDecimal(one.usd).eq(price.usd));
  const why =
    more.length > 0
      ? "the book has steps of price for it, and the reading one price"
      : isAccepted
        ? undefined
        : doubtAbout(book, price, old);
  if (why !== undefined) return { quarantined: { row, bookUsd: old?.usd, readUsd: price.usd, why } };
  // The same figure from the same place is no news: the row keeps the day since which it has been true.
  const same =
    old !== undefined && new BigDecimal(old.usd).eq(price.usd) && old.source === LIVE_SOURCE[price.provider];
  return same ? {} : { taken: { price, old } };
}

// Not `tiersOf`, which falls back to the price for all regions: a region's own first price is a new row.
function ownTiers(book: PriceBook, price: FreshPrice): readonly Rate[] {
  const tiers = tiersOf(book, price);
  return tiers.filter(({ id }) => id.startsWith(`${priceKey(price)}@`));
}

function doubtAbout(
  book: PriceBook,
  { usd, unit, ...key }: FreshPrice,
  old: Rate | undefined,
): string | undefined {
  if (old === undefined) return doubtAboutNew(book, { usd, unit, ...key });
  if (old.unit !== unit) return `it is read per ${unit}, and the book has it per ${old.unit}`;
  const change = new BigDecimal(usd).minus(old.usd).abs();
  if (change.lte(new BigDecimal(old.usd).times(MOST_JUMP))) return undefined;
  return `it would go from ${old.usd} to ${usd} USD, a jump of more than 50 %`;
}

function doubtAboutNew(book: PriceBook, price: FreshPrice): string | undefined {
  const peers = book.regions
    .flatMap(({ id }) => tiersOf(book, { ...price, region: id })[0] ?? [])
    .map(({ usd }) => new BigDecimal(usd))
    .toSorted((a, b) => a.cmp(b));
  const median = peers[Math.floor(peers.length / 2)];
  if (median === undefined) return undefined;
  const usd = new BigDecimal(price.usd);
  if (usd.lte(median.times(MOST_TIMES_PEERS)) && usd.times(MOST_TIMES_PEERS).gte(median)) return undefined;
  return `it is new at ${price.usd} USD, and elsewhere the same costs about ${median.toFixed()}`;
}

function vanishedRows(book: PriceBook, provider: Cloud, read: ReadonlySet<string>): readonly string[] {
  const known = new Set(KNOWN[provider].map(({ product, meter }) => `${product}/${meter}`));
  const rows = book.cards
    .filter((card) => card.provider === provider && known.has(`${card.product}/${card.meter}`))
    .flatMap((card) => Object.keys(card.usd).map((region) => keyIn(card, region)));
  return [...new Set(rows)].filter((row) => !read.has(row)).toSorted();
}

function doubtAboutAll(read: number, quarantined: number, vanished: number): string | undefined {
  if (vanished >= FEW && vanished > (read + vanished) * MOST_VANISHED_SHARE)
    return `the reading lacks ${vanished} prices of the book and has ${read}: it is not taken for complete`;
  if (quarantined >= FEW && quarantined > read * MOST_QUARANTINED_SHARE)
    return `${quarantined} of ${read} prices are far off the book's: another unit or currency is likelier than that many new prices`;
  return undefined;
}

function cardsOf(taken: readonly Taken[], day: string): readonly PriceCard[] {
  const cards = new Map<string, PriceCard & { readonly usd: Record<string, string> }>();
  for (const { price, old } of taken) {
    const { provider, product, meter, unit, region, usd } = price;
    const freePerMonth = old?.freePerMonth;
    const id = [product, meter, unit, freePerMonth ?? ""].join("|");
    const card = cards.get(id) ?? {
      provider,
      product,
      meter,
      unit,
      asOf: day,
      confidence: "high" as const,
      source: LIVE_SOURCE[provider],
      ...(freePerMonth === undefined ? {} : { freePerMonth }),
      usd: {},
    };
    card.usd[region] = usd;
    cards.set(id, card);
  }
  return [...cards.values()];
}
