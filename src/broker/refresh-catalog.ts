import { type PriceBook, regionsOf } from "../catalog/book.ts";
import { comparePrices } from "../catalog/refresh/compare-prices.ts";
import type { Accepted } from "../catalog/refresh/judge-price.ts";
import type { Portion } from "../catalog/refresh/portion.ts";
import type { LiveBeside, LivePrices } from "../catalog/refresh/sources.ts";
import { Fault } from "../domain/fault.ts";
import { CLOUDS, type Cloud } from "../domain/place.ts";
import type { RefreshReport } from "../domain/refresh-report.ts";
import type { CatalogState } from "../store/store.ts";
import { storedBook } from "./kept-books.ts";
import { keepPortion, nextPortion } from "./price-portions.ts";
import type { Ports } from "./ports.ts";

type RefreshPorts = Pick<Ports, "store" | "books" | "now" | "random" | "log">;

export interface RefreshRequest {
  /** All when absent. */
  readonly providers?: readonly Cloud[] | undefined;
  /** Jumps that a person has looked at: each lets exactly this figure through. */
  readonly accept?: readonly Accepted[] | undefined;
  readonly deadlineMs?: number | undefined;
  /** Requests after which the rest is left to the next call, for a runtime that allows few at a time; all at once when absent. */
  readonly portion?: number | undefined;
}

/** What a refresh came to: the book in force after it, and a report of each provider that was read. */
export interface Refreshed {
  /** There is more to read: the book is the one before, and nothing is reported yet. */
  readonly goesOn?: true | undefined;
  readonly book: string;
  readonly collected: string;
  readonly reports: readonly RefreshReport[];
}

/** A refresh that somebody waits for ends by then; what was not read by then stays as it was. */
const ASKED_DEADLINE_MS = 50_000;
/** A refresh by the clock may take its time. */
export const SCHEDULED_DEADLINE_MS = 240_000;
/** Longer than any refresh, so that two never run at once. */
const LEASE_MS = 300_000;
const LEASE = "price-refresh";

/**
 * Reads what the providers charge now and puts in force what is believed of it: one new book, or none. A provider that does not
 * answer to the end keeps every price it had. Throws `conflict` while another refresh runs.
 */
export async function refreshCatalog(ports: RefreshPorts, request: RefreshRequest = {}): Promise<Refreshed> {
  const { store, now } = ports;
  const owner = `refresh-${hexOf(ports.random(OWNER_BYTES))}`;
  if (!(await store.takeLease(LEASE, owner, now(), LEASE_MS)))
    throw new Fault(
      "conflict",
      "A price refresh is under way; ask for its report with GET /v1/catalog/refreshes.",
    );
  try {
    return await refreshed(ports, request);
  } finally {
    await store.takeLease(LEASE, owner, now(), 0);
  }
}

/** What is known of refreshes: the book in force, when the last one began, and the last report of each provider. */
export async function readRefreshes(ports: Pick<Ports, "store" | "books">) {
  await ports.books.catchUp();
  const state = await ports.store.catalogState();
  const { hash, collected } = ports.books.current();
  return {
    book: hash,
    collected,
    ...(state?.attemptedAt === undefined ? {} : { attemptedAt: state.attemptedAt }),
    reports: ports.books.reports(),
  };
}

const OWNER_BYTES = 8;
const MOST_LOGGED = 3;

async function refreshed(ports: RefreshPorts, request: RefreshRequest): Promise<Refreshed> {
  const { store, books, now, log } = ports;
  const begun = await begin(ports);
  const signal = AbortSignal.timeout(request.deadlineMs ?? ASKED_DEADLINE_MS);
  const before = books.current();
  let book = before;
  const reports: RefreshReport[] = [];
  const providers = CLOUDS.filter((one) => request.providers?.includes(one) ?? true);
  const portion = request.portion === undefined ? undefined : await nextPortion(ports, request.portion);
  const readings = await readAll(ports, providers, signal, portion);
  if (portion !== undefined && (await keepPortion(ports, portion)))
    return { goesOn: true, book: before.hash, collected: before.collected, reports: [] };
  for (const { provider, ...reading } of readings) {
    const last = begun.reports.find((report) => report.provider === provider);
    const { report, ...made } = judged(ports, {
      provider,
      ...reading,
      book,
      last,
      accept: request.accept ?? [],
    });
    book = made.book;
    reports.push(report);
    log(report.outcome === "kept" ? "warn" : "info", sentenceOf(report), { provider });
  }
  const kept = begun.reports.filter(({ provider }) =>
    reports.every((report) => report.provider !== provider),
  );
  const next: CatalogState = { ...begun, book: book.hash, reports: [...kept, ...reports] };
  const isNew = book.hash !== before.hash;
  if (!(await store.putCatalog(next, isNew ? storedBook(book) : undefined, now())))
    throw new Fault(
      "conflict",
      "Another process changed the catalog during this refresh; nothing was taken. Ask again.",
    );
  if (portion !== undefined) await store.dropPriceParts();
  await books.catchUp();
  return { book: book.hash, collected: book.collected, reports };
}

/** Notes that a refresh begins, so that one that dies in the middle is not begun again at once. */
async function begin({ store, books, now }: RefreshPorts): Promise<CatalogState> {
  await books.catchUp();
  const state = await store.catalogState();
  const begun = state === undefined ? undefined : { ...state, attemptedAt: now() };
  if (begun === undefined || !(await store.putCatalog(begun, undefined, now())))
    throw new Fault("conflict", "Another process changed the catalog just now; ask again.");
  return { ...begun, version: begun.version + 1 };
}

interface ReadOne {
  readonly provider: Cloud;
  readonly read: LivePrices;
  readonly beside: LiveBeside;
}

// One after the other: each reading is large, and a Worker is small. First the containers of all of them, for time may run out; then
// the rest, where Amazon, with the most requests by far, comes last.
async function readAll(
  { books }: RefreshPorts,
  providers: readonly Cloud[],
  signal: AbortSignal,
  portion: Portion | undefined,
): Promise<readonly ReadOne[]> {
  const containers: Pick<ReadOne, "provider" | "read">[] = [];
  for (const provider of providers) {
    const read = await books.live(provider, regionsOf(books.current(), provider), signal, portion);
    containers.push({ provider, read });
  }
  const readings: ReadOne[] = [];
  for (const one of containers.toReversed())
    readings.unshift({ ...one, beside: (await one.read.beside?.()) ?? { value: [], unread: [] } });
  return readings;
}

function judged(
  { now }: RefreshPorts,
  one: ReadOne & {
    readonly book: PriceBook;
    readonly last: RefreshReport | undefined;
    readonly accept: readonly Accepted[];
  },
): { readonly book: PriceBook; readonly report: RefreshReport } {
  const { provider, read, beside, book, last, accept } = one;
  const at = now();
  const empty = { provider, at, read: 0, changed: [], added: [], quarantined: [], vanished: [] };
  if (!read.ok) return { book, report: { ...empty, outcome: "kept", why: read.why, checked: last?.checked } };
  const day = new Date(at).toISOString().slice(0, DAY_CHARS);
  const fresh = [...read.value, ...beside.value];
  const compared = comparePrices(book, provider, fresh, { day, accepted: accept, unread: beside.unread });
  const { book: next, why, unread, unreadRows, ...found } = compared;
  if (why !== undefined)
    return { book, report: { ...empty, ...found, outcome: "kept", why, checked: last?.checked } };
  const except = [...found.vanished, ...found.quarantined.map(({ row }) => row), ...unreadRows];
  const silent = unread.length === 0 ? {} : { unread };
  return { book: next, report: { ...empty, ...found, ...silent, outcome: "taken", checked: { at, except } } };
}

const DAY_CHARS = "2026-11-22".length;

function sentenceOf(report: RefreshReport): string {
  const { provider, why, read, changed, added, quarantined, vanished, unread = [] } = report;
  if (why !== undefined) return `prices of ${provider} stay as they were: ${why}`;
  const doubtful = quarantined.slice(0, MOST_LOGGED).map((one) => `${one.row}: ${one.why}`);
  const counts = `${read} read, ${changed.length} changed, ${added.length} new, ${quarantined.length} quarantined, ${vanished.length} no longer listed`;
  const silent = unread.slice(0, MOST_LOGGED).map((one) => `${one.list} was not believed: ${one.why}`);
  return [`prices of ${provider}: ${counts}`, ...doubtful, ...silent].join("; ");
}

const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
