import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keptBooks } from "../../src/broker/kept-books.ts";
import { livePrices } from "../../src/broker/live-prices.ts";
import { refreshCatalog } from "../../src/broker/refresh-catalog.ts";
import { FIRST_REFRESH_MS, refreshIfDue } from "../../src/broker/refresh-if-due.ts";
import { rateOf } from "../../src/catalog/book.ts";
import { FARGATE } from "../../src/catalog/refresh/aws-offers.ts";
import { PRICE_ADDRESSES } from "../../src/catalog/refresh/sources.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { awsBulk } from "../catalog/refresh/payloads.ts";
import { openStoreFile, type StoreFile } from "./store-file.ts";

const BOOK = builtInBook();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const START = Date.parse("2026-11-22T12:00:00Z");
const CPU = { provider: "ecs", region: "eu-west-1", product: "linux-amd64", meter: "cpu-second" } as const;

let files: StoreFile[] = [];
let now = START;
beforeEach(() => {
  files = [];
  now = START;
});
afterEach(async () => {
  for (const file of files) await file.close();
});

/** Amazon as the book has Fargate, with one price changed; every other list is without a file. */
function amazon(path: string): Response {
  const [offer, , region = ""] = path.split("/").slice(4);
  if (offer !== FARGATE.code) return new Response("", { status: 404 });
  const prices = [...FARGATE.usage].flatMap(([usage, { product, meter }]) => {
    const usd = rateOf(BOOK, { provider: "ecs", region, product, meter })?.usd;
    const changed = region === CPU.region && product === CPU.product && meter === CPU.meter;
    return usd === undefined ? [] : [[usage, changed ? "0.0409" : usd] as const];
  });
  return new Response(JSON.stringify(awsBulk(region, Object.fromEntries(prices))));
}

/** One process over a store of its own, or over a given one; `failing` says which requests are not answered. */
async function processOf(given?: StoreFile, failing: (path: string) => boolean = () => false) {
  const file = given ?? (await openStoreFile());
  if (given === undefined) files.push(file);
  const asked: string[] = [];
  const web = {
    fetch: async ({ pathname }: URL) => {
      asked.push(pathname);
      return await Promise.resolve(failing(pathname) ? new Response("", { status: 400 }) : amazon(pathname));
    },
    sleep: async () => {},
    draw: () => 0,
  };
  const live = livePrices({ web, addresses: PRICE_ADDRESSES, now: () => now });
  const books = keptBooks({ store: file.store, now: () => now, log: () => {}, live });
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const ports = { store: file.store, books, now: () => now, random, log: () => {} };
  const refresh = (portion?: number) => refreshCatalog(ports, { providers: ["ecs"], portion });
  return { file, asked, books, ports, refresh };
}

const usdIn = (books: { readonly current: () => typeof BOOK }) => rateOf(books.current(), CPU)?.usd;

describe("a refresh in portions", () => {
  test("comes to the same book and report as one at a time, asks for nothing twice, and keeps nothing after it", async () => {
    const whole = await processOf();
    const { reports, book } = await whole.refresh();
    expect(reports).toMatchObject([{ outcome: "taken", changed: [{ toUsd: "0.0409" }] }]);
    const { file } = await processOf();
    const all: string[] = [];
    let last: Awaited<ReturnType<typeof refreshCatalog>> | undefined;
    let portions = 0;
    // Each portion is another process's.
    for (; portions < 50 && (last === undefined || last.goesOn === true); portions += 1) {
      const one = await processOf(file);
      last = await one.refresh(10);
      expect(one.asked.length).toBeLessThan(10 + 3);
      all.push(...one.asked);
      expect(usdIn(one.books)).toBe(last.goesOn === true ? usdIn({ current: () => BOOK }) : "0.0409");
    }
    expect(portions).toBeGreaterThan(3);
    expect({ book: last?.book, reports: last?.reports }).toEqual({ book, reports });
    const answered = all.filter((path) => path.includes(FARGATE.code));
    expect(new Set(answered).size).toBe(answered.length);
    expect(new Set(all)).toEqual(new Set(whole.asked));
    expect(await file.store.priceParts(0)).toEqual([]);
  });

  test("one book or none: until the last portion nothing is in force and nothing is reported", async () => {
    const one = await processOf();
    expect(await one.refresh(10)).toMatchObject({ goesOn: true, reports: [] });
    const state = await one.file.store.catalogState();
    expect(state).toMatchObject({ book: BOOK.hash, reports: [] });
    expect((await one.file.store.priceParts(0)).length).toBeGreaterThan(5);
  });

  test("what was read too long ago is read again", async () => {
    const one = await processOf();
    await one.refresh(10);
    const first = one.asked.length;
    now += 2 * 60 * MINUTE_MS + 1;
    await one.refresh(10);
    expect(one.asked.slice(first, first + 3)).toEqual(one.asked.slice(0, 3));
  });

  test("a part that fails is asked for again, and in the end it is told as in a refresh at once", async () => {
    const failing = (path: string) => path.includes(`/${CPU.region}/`);
    const { reports } = await (await processOf(undefined, failing)).refresh();
    expect(reports).toMatchObject([{ outcome: "kept", why: expect.stringContaining("answered 400") }]);
    const one = await processOf(undefined, failing);
    let last = await one.refresh(10);
    for (let portions = 0; portions < 20 && last.goesOn === true; portions += 1) last = await one.refresh(10);
    expect(last.reports).toEqual(reports);
  });

  test("by the clock the next portion is due at once, and the next refresh a day after the last portion", async () => {
    const one = await processOf();
    await one.books.catchUp();
    const portion = 30;
    const due = () => refreshIfDue(one.ports, DAY_MS, { portion });
    expect(await due()).toBe(false);
    expect(one.asked).toEqual([]);
    now += FIRST_REFRESH_MS;
    let minutes = 0;
    for (; !(await due()); minutes += 1) {
      if (minutes > 20) throw new Error("the refresh does not end");
      now += MINUTE_MS;
    }
    expect(minutes).toBeGreaterThan(2);
    expect(usdIn(one.books)).toBe("0.0409");
    const asked = one.asked.length;
    now += DAY_MS - 1;
    expect(await due()).toBe(false);
    expect(one.asked).toHaveLength(asked);
    now += 1;
    await due();
    expect(one.asked.length).toBeGreaterThan(asked);
  });
});
