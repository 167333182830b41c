import type { Cloud } from "../../domain/place.ts";
import type { ChangedPrice, Quarantined } from "../../domain/refresh-report.ts";
import type { PriceBook, PriceCard } from "../book.ts";
import { type Accepted, judge, type Taken } from "./judge-price.ts";
import { type FreshPrice, priceKey, stepKey } from "./fresh-price.ts";
import type { Listing, Unread } from "./listing.ts";
import { LISTINGS } from "./listings.ts";
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
  /** Lists of which nothing is believed, beside that of the containers. */
  readonly unread: readonly Unread[];
  /** Rows of the book that those lists speak of: they stay, too. */
  readonly unreadRows: readonly string[];
}

/**
 * Holds a complete reading against the book, list by list. A price more than 50 % off is quarantined; a list on which many prices are
 * off or missing is another unit, currency or answer rather than news, and nothing of it is taken; where that is the list of the
 * containers, nothing of the whole reading. `unread`: lists that could not be read. `day` is the ISO day of the reading.
 */
export function comparePrices(
  book: PriceBook,
  provider: Cloud,
  fresh: readonly FreshPrice[],
  context: {
    readonly day: string;
    readonly accepted: readonly Accepted[];
    readonly unread?: readonly Unread[] | undefined;
  },
): Compared {
  const { day, accepted, unread: silent = [] } = context;
  const here = new Set(book.regions.filter((one) => one.provider === provider).map(({ id }) => id));
  const read = fresh.filter(({ region }) => here.has(region) || region === "global");
  const parts = LISTINGS[provider].map((list) => compareList(book, provider, list, read, accepted));
  const [main] = parts;
  const asked = parts.filter(({ list }) => silent.every((one) => one.list !== list.name));
  const believed = asked.filter(({ why }) => why === undefined);
  const doubted = asked.flatMap(({ list, why }) => (why === undefined ? [] : [{ list: list.name, why }]));
  const unread = [...silent, ...doubted];
  const found = {
    read: read.length,
    quarantined: asked.flatMap(({ quarantined }) => quarantined),
    vanished: believed.flatMap(({ vanished }) => vanished),
    unread,
    unreadRows: parts
      .filter((part) => !believed.includes(part))
      .flatMap(({ list }) => rowsOf(book, provider, list)),
  };
  const kept = { ...found, book, changed: [], added: [] };
  if (main?.why !== undefined)
    return { ...kept, vanished: main.vanished, why: main.why, unread: [], unreadRows: [] };
  const taken = believed.flatMap((part) => part.taken);
  if (taken.length === 0) return kept;
  return {
    ...found,
    book: withCards(book, day, cardsOf(taken, day)),
    changed: taken.flatMap(({ price, old }) =>
      old === undefined || old.usd === price.usd
        ? []
        : [{ row: stepKey(price), fromUsd: old.usd, toUsd: price.usd }],
    ),
    added: taken.flatMap(({ price, old }) => (old === undefined ? [stepKey(price)] : [])),
  };
}

/** Fewer than this many doubtful rows never make a whole list doubtful. */
const FEW = 10;
const MOST_QUARANTINED_SHARE = 0.25;
const MOST_VANISHED_SHARE = 0.5;

interface Part {
  readonly list: Listing;
  readonly why: string | undefined;
  readonly taken: readonly (Taken & { readonly source: string })[];
  readonly quarantined: readonly Quarantined[];
  readonly vanished: readonly string[];
}

function compareList(
  book: PriceBook,
  provider: Cloud,
  list: Listing,
  read: readonly FreshPrice[],
  accepted: readonly Accepted[],
): Part {
  const names = namesOf(list);
  const own = read.filter(({ product, meter }) => names.has(`${product}/${meter}`));
  const prices = [...Map.groupBy(own, priceKey).values()];
  const judged = prices.map((steps) => judge(book, steps, list.source, accepted));
  const quarantined = judged.flatMap((verdict) => verdict.quarantined ?? []);
  // What a list has region by region has come in place of the book's price for all of them.
  const everywhere = own.map((price) => priceKey({ ...price, region: "global" }));
  const rows = new Set([...own.map(priceKey), ...everywhere]);
  const vanished = rowsOf(book, provider, list).filter((row) => !rows.has(row));
  return {
    list,
    why: doubtAboutAll(own.length, quarantined.length, vanished.length),
    taken: judged
      .flatMap((verdict) => verdict.taken ?? [])
      .map((taken) => ({ ...taken, source: list.source })),
    quarantined,
    vanished,
  };
}

const namesOf = ({ known }: Listing): ReadonlySet<string> =>
  new Set(known.map(({ product, meter }) => `${product}/${meter}`));

/** Rows of the book that a list speaks of. */
function rowsOf(book: PriceBook, provider: Cloud, list: Listing): readonly string[] {
  const names = namesOf(list);
  const rows = book.cards
    .filter((card) => card.provider === provider && names.has(`${card.product}/${card.meter}`))
    .flatMap((card) => Object.keys(card.usd).map((region) => keyIn(card, region)));
  return [...new Set(rows)].toSorted();
}

function doubtAboutAll(read: number, quarantined: number, vanished: number): string | undefined {
  if (vanished >= FEW && vanished > (read + vanished) * MOST_VANISHED_SHARE)
    return `the reading lacks ${vanished} prices of the book and has ${read}: it is not taken for complete`;
  if (quarantined >= FEW && quarantined > read * MOST_QUARANTINED_SHARE)
    return `${quarantined} of ${read} prices are far off the book's: another unit or currency is likelier than that many new prices`;
  return undefined;
}

function cardsOf(taken: Part["taken"], day: string): readonly PriceCard[] {
  const cards = new Map<string, PriceCard & { readonly usd: Record<string, string> }>();
  for (const { price, old, source } of taken) {
    const { provider, product, meter, unit, region, usd, from, to } = price;
    const freePerMonth = old?.freePerMonth;
    const id = [product, meter, unit, from ?? "", to ?? "", freePerMonth ?? ""].join("|");
    const card = cards.get(id) ?? {
      provider,
      product,
      meter,
      unit,
      asOf: day,
      confidence: "high" as const,
      source,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(freePerMonth === undefined ? {} : { freePerMonth }),
      usd: {},
    };
    card.usd[region] = usd;
    cards.set(id, card);
  }
  return [...cards.values()];
}
