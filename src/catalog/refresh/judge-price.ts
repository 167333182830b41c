import type { Quarantined } from "../../domain/refresh-report.ts";
import { type PriceBook, type Rate, tiersOf } from "../book.ts";
import { BigDecimal } from "../decimal.ts";
import { type FreshPrice, priceKey, stepKey } from "./fresh-price.ts";

/** A jump that a person has looked at: this row may cost this. */
export interface Accepted {
  readonly row: string;
  readonly usd: string;
}

/** A figure that is believed, and the one it replaces. */
export interface Taken {
  readonly price: FreshPrice;
  readonly old: Rate | undefined;
}

/** What is thought of one price, all its steps together: they count side by side, so they are taken or left together. */
export interface Verdict {
  readonly taken?: readonly Taken[];
  readonly quarantined?: readonly Quarantined[];
}

/** Holds one price of a reading, in its rising steps, against the book's own. `source`: what the book says of a row read there before. */
export function judge(
  book: PriceBook,
  steps: readonly FreshPrice[],
  source: string,
  accepted: readonly Accepted[],
): Verdict {
  const [first] = steps;
  if (first === undefined) return {};
  const own = ownTiers(book, first);
  // Other steps are another price: every figure of them is a doubt of its own, for somebody to look at.
  const otherSteps =
    own.length > 0 && !haveSameSteps(own, steps) ? sentenceOfSteps(own.length, steps.length) : undefined;
  const before = steps.map((price) => own.find((old) => beginOf(old) === beginOf(price)));
  const quarantined = steps.flatMap((price, at) => {
    const why = isAccepted(price, accepted) ? undefined : (otherSteps ?? doubtAbout(book, price, before[at]));
    return why === undefined ? [] : [doubt(price, before[at], why)];
  });
  if (quarantined.length > 0) return { quarantined };
  // The same figures from the same place are no news: the row keeps the day since which it has been true.
  const same = otherSteps === undefined && steps.every((price, at) => isSame(before[at], price, source));
  return same ? {} : { taken: steps.map((price, at) => ({ price, old: before[at] })) };
}

/** More than half as much again, or less than half: prices do not move so, mistakes do. */
const MOST_JUMP = "0.5";
/** A row the book does not have is believed within this factor of what the same costs elsewhere. */
const MOST_TIMES_PEERS = 5;

// Not `tiersOf`, which falls back to the price for all regions: a region's own first price is a new row.
function ownTiers(book: PriceBook, price: FreshPrice): readonly Rate[] {
  return tiersOf(book, price).filter(({ id }) => id.startsWith(`${priceKey(price)}@`));
}

const beginOf = ({ from = "0" }: { readonly from?: string | undefined }) => from;

function haveSameSteps(own: readonly Rate[], steps: readonly FreshPrice[]): boolean {
  return own.length === steps.length && own.every((old, at) => beginOf(old) === beginOf(steps[at] ?? {}));
}

const sentenceOfSteps = (own: number, read: number): string =>
  own === 1
    ? `the book has one price for it, and the reading ${read} steps`
    : read === 1
      ? "the book has steps of price for it, and the reading one price"
      : "the steps of its price begin at other amounts than the book's";

const isSame = (old: Rate | undefined, price: FreshPrice, source: string): boolean =>
  old !== undefined && new BigDecimal(old.usd).eq(price.usd) && old.source === source;

const isAccepted = (price: FreshPrice, accepted: readonly Accepted[]): boolean =>
  accepted.some((one) => one.row === stepKey(price) && new BigDecimal(one.usd).eq(price.usd));

const doubt = (price: FreshPrice, old: Rate | undefined, why: string): Quarantined => ({
  row: stepKey(price),
  bookUsd: old?.usd,
  readUsd: price.usd,
  why,
});

function doubtAbout(book: PriceBook, price: FreshPrice, old: Rate | undefined): string | undefined {
  if (old === undefined) return doubtAboutNew(book, price);
  if (old.unit !== price.unit) return `it is read per ${price.unit}, and the book has it per ${old.unit}`;
  const change = new BigDecimal(price.usd).minus(old.usd).abs();
  if (change.lte(new BigDecimal(old.usd).times(MOST_JUMP))) return undefined;
  return `it would go from ${old.usd} to ${price.usd} USD, a jump of more than 50 %`;
}

// A first step that costs nothing is an allowance, which says nothing of the price: the dearest step of a peer does.
function doubtAboutNew(book: PriceBook, price: FreshPrice): string | undefined {
  const peers = book.regions
    .map(({ id }) => tiersOf(book, { ...price, region: id }).map(({ usd }) => new BigDecimal(usd)))
    .flatMap((steps) => steps.toSorted((a, b) => b.cmp(a))[0] ?? [])
    .toSorted((a, b) => a.cmp(b));
  const median = peers[Math.floor(peers.length / 2)];
  const usd = new BigDecimal(price.usd);
  if (median === undefined || (usd.eq(0) && price.to !== undefined)) return undefined;
  if (usd.lte(median.times(MOST_TIMES_PEERS)) && usd.times(MOST_TIMES_PEERS).gte(median)) return undefined;
  return `it is new at ${price.usd} USD, and elsewhere the same costs about ${median.toFixed()}`;
}
