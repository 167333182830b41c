import { afterEach, beforeEach, expect, test } from "vitest";
import { keptBooks } from "../../src/broker/kept-books.ts";
import { livePrices } from "../../src/broker/live-prices.ts";
import type { PriceBooks, ReadLive } from "../../src/broker/ports.ts";
import { readRefreshes, refreshCatalog } from "../../src/broker/refresh-catalog.ts";
import { FIRST_REFRESH_MS, refreshIfDue } from "../../src/broker/refresh-if-due.ts";
import { makeBook, rateOf, type PriceBook } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import type { FreshPrice } from "../../src/catalog/refresh/fresh-price.ts";
import type { Store } from "../../src/store/store.ts";
import { answerJson, fakeProvider, readingOf } from "../catalog/refresh/fake-provider.ts";
import { azureItem, azurePage } from "../catalog/refresh/payloads.ts";
import { openStoreFile, type StoreFile } from "./store-file.ts";

const DAY_MS = 24 * 60 * 60_000;
const START = Date.parse("2026-11-22T12:00:00Z");
const CPU = { provider: "aci", product: "linux", meter: "cpu-second", unit: "vCPU-hour" } as const;
const HERE = { ...CPU, region: "westeurope" } as const;
const NOBODY: ReadLive = async () => ({ ok: false, why: "nobody answers" });

let file: StoreFile;
let now = START;
beforeEach(async () => {
  file = await openStoreFile();
  now = START;
});
afterEach(() => file.close());

/** One process over the store: its books, and a refresh of Container Instances. */
function processOf(live: ReadLive, options: { readonly shipped?: PriceBook; readonly store?: Store } = {}) {
  const { store = file.store, ...rest } = options;
  const logged: string[] = [];
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  const books: PriceBooks = keptBooks({ store, now: () => now, log, live, ...rest });
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const ports = { store, books, now: () => now, random, log };
  return { ports, books, logged, refresh: () => refreshCatalog(ports, { providers: ["aci"] }) };
}
const saying =
  (changes: Readonly<Record<string, string>>): ReadLive =>
  async (provider) => ({ ok: true, value: bookAsRead(provider, changes) });
function bookAsRead(provider: string, changes: Readonly<Record<string, string>>): readonly FreshPrice[] {
  const products = new Set(["linux", "spot-linux", "confidential", "windows", "egress", "logs"]);
  return builtInBook()
    .cards.filter((card) => card.provider === provider && products.has(card.product))
    .flatMap(({ product, meter, unit, usd, from, to, provider: cloud }) =>
      Object.entries(usd).map(([region, value = ""]) => {
        const changed = product === CPU.product && meter === CPU.meter ? changes[region] : undefined;
        const step = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
        return { provider: cloud, product, meter, unit, region, usd: changed ?? value, ...step };
      }),
    );
}
const priceIn = (books: PriceBooks) => rateOf(books.current(), HERE)?.usd;

test("a refreshed price counts in this process at once, in others when they look, and after a restart", async () => {
  const [one, other] = [processOf(saying({ westeurope: "0.05" })), processOf(NOBODY)];
  await other.books.catchUp();
  const { reports, book } = await one.refresh();
  expect(reports).toMatchObject([{ provider: "aci", outcome: "taken", changed: [{ toUsd: "0.05" }] }]);
  expect(priceIn(one.books)).toBe("0.05");
  expect(one.books.current().hash).toBe(book);
  expect(priceIn(other.books)).toBe("0.0466");
  await other.books.catchUp();
  expect(other.books.current()).toEqual(one.books.current());
  const restarted = processOf(NOBODY);
  await restarted.books.catchUp();
  expect(priceIn(restarted.books)).toBe("0.05");
});

test("every book that was ever in force is found by its hash, by any process", async () => {
  const one = processOf(saying({ westeurope: "0.05" }));
  await one.refresh();
  const later = processOf(NOBODY, { shipped: makeBook("2020-01-01", [], []) });
  const old = await later.books.byHash(builtInBook().hash);
  expect(old).toEqual(builtInBook());
  expect(rateOf((await later.books.byHash(one.books.current().hash)) ?? builtInBook(), HERE)?.usd).toBe(
    "0.05",
  );
  expect(await later.books.byHash("no such book")).toBeUndefined();
});

test("a refresh that finds the same prices writes no book, and says when they were checked", async () => {
  const one = processOf(saying({}));
  await one.refresh();
  const { hash } = one.books.current();
  now += DAY_MS;
  const before = await booksIn(file);
  const { reports } = await one.refresh();
  expect(one.books.current().hash).toBe(hash);
  expect(await booksIn(file)).toEqual(before);
  expect(reports).toMatchObject([{ changed: [], quarantined: [], checked: { at: now, except: [] } }]);
});

test("a list that could not be read is in the report and the log, and its rows are not said to be checked", async () => {
  const unread = [{ list: "Bandwidth", why: "answered 500" }];
  const one = processOf(async (provider) => {
    const fresh = bookAsRead(provider, { westeurope: "0.05" });
    const value = fresh.filter(({ product }) => product !== "egress");
    return { ok: true, value, beside: async () => ({ value: [], unread }) };
  });
  const { reports } = await one.refresh();
  expect(reports).toMatchObject([{ outcome: "taken", changed: [{ toUsd: "0.05" }], unread }]);
  expect(reports[0]?.checked?.except).toContain("aci/westeurope/egress/egress-gib");
  expect(reports[0]?.checked?.except).not.toContain("aci/westeurope/linux/cpu-second");
  expect(one.logged).toContainEqual(expect.stringContaining("Bandwidth was not believed: answered 500"));
  expect((await readRefreshes(one.ports)).reports[0]?.unread).toEqual(unread);
});

test("the containers of every provider are read before anything beside them, and Amazon's many lists last", async () => {
  const asked: string[] = [];
  const one = processOf(async (provider) => {
    asked.push(provider);
    const beside = async () => {
      asked.push(`beside ${provider}`);
      return { value: bookAsRead(provider, {}).filter(({ product }) => product === "egress"), unread: [] };
    };
    const value = bookAsRead(provider, {}).filter(({ product }) => product !== "egress");
    return provider === "cloud-run" ? { ok: false, why: "no key" } : { ok: true, value, beside };
  });
  const { reports } = await refreshCatalog(one.ports, {});
  expect(asked).toEqual(["ecs", "aci", "cloud-run", "beside aci", "beside ecs"]);
  expect(reports.map(({ provider }) => provider)).toEqual(["ecs", "aci", "cloud-run"]);
  expect(reports[1]).toMatchObject({ outcome: "taken", read: bookAsRead("aci", {}).length });
});

test("a reading that fails keeps the old book, the reason, and when prices were last checked", async () => {
  const one = processOf(saying({ westeurope: "0.05" }));
  await one.refresh();
  const { hash } = one.books.current();
  now += DAY_MS;
  const broken = processOf(NOBODY);
  const { reports } = await broken.refresh();
  expect(reports).toMatchObject([
    { outcome: "kept", why: "nobody answers", read: 0, checked: { at: START } },
  ]);
  expect(broken.books.current().hash).toBe(hash);
  expect(broken.logged).toContainEqual(expect.stringContaining("nobody answers"));
});

test("a reader that crashes between two pages leaves the book as it was; the next refresh goes through", async () => {
  let page = 0;
  const provider = await fakeProvider((at, response) => {
    const next = new URL(at);
    next.searchParams.set("$skip", "1000");
    page += 1;
    const items = [azureItem({ retailPrice: 0.05 })];
    answerJson(response, azurePage(items, { NextPageLink: page === 1 ? next.href : null }));
  });
  try {
    const { web, addresses } = readingOf(provider.url);
    let asked = 0;
    const dying = processOf(
      livePrices({
        web: {
          ...web,
          fetch: async (url, init) => {
            asked += 1;
            if (asked === 2) throw new Crash();
            return await fetch(url, init);
          },
          sleep: () => Promise.reject(new Crash()),
        },
        addresses,
        now: () => now,
      }),
    );
    await expect(dying.refresh()).rejects.toThrow(Crash);
    expect(asked).toBe(2);
    const next = processOf(saying({ westeurope: "0.05" }));
    await next.books.catchUp();
    expect(next.books.current()).toEqual(builtInBook());
    now += DAY_MS;
    expect((await next.refresh()).reports).toMatchObject([{ outcome: "taken" }]);
  } finally {
    await provider.close();
  }
});

test("two processes refresh one after the other, never at once", async () => {
  const gate = Promise.withResolvers<void>();
  const slow = processOf(async (...asked) => {
    await gate.promise;
    return await saying({ westeurope: "0.05" })(...asked);
  });
  const fast = processOf(saying({ westeurope: "0.06" }));
  await slow.books.catchUp();
  const first = slow.refresh();
  await until(async () => (await file.store.catalogState())?.attemptedAt !== undefined);
  await expect(fast.refresh()).rejects.toMatchObject({ code: "conflict" });
  gate.resolve();
  await first;
  await fast.refresh();
  expect(priceIn(fast.books)).toBe("0.06");
});

test("a refresh whose lease ran out changes nothing that a later one put in force", async () => {
  const gate = Promise.withResolvers<void>();
  const stuck = processOf(async (...asked) => {
    await gate.promise;
    return await saying({ westeurope: "0.05" })(...asked);
  });
  const first = stuck.refresh();
  await until(async () => (await file.store.catalogState())?.attemptedAt !== undefined);
  now += 60 * 60_000;
  const later = processOf(saying({ westeurope: "0.06" }));
  await later.refresh();
  gate.resolve();
  await expect(first).rejects.toMatchObject({ code: "conflict" });
  await later.books.catchUp();
  expect(priceIn(later.books)).toBe("0.06");
});

test("of two releases side by side the older leaves in force what the newer brought, live prices kept", async () => {
  const old = processOf(saying({ westeurope: "0.05" }));
  await old.refresh();
  const extra = {
    ...CPU,
    asOf: "2027-01-01",
    confidence: "high",
    source: "a page",
    usd: { francecentral: "0.05" },
  } as const;
  const shipped = makeBook("2027-01-01", [...builtInBook().cards, extra], builtInBook().regions);
  const upgraded = processOf(NOBODY, { shipped });
  await upgraded.books.catchUp();
  const { hash } = upgraded.books.current();
  await old.books.catchUp();
  await upgraded.books.catchUp();
  for (const { books } of [old, upgraded]) {
    expect(books.current().hash).toBe(hash);
    expect(priceIn(books)).toBe("0.05");
    expect(rateOf(books.current(), { ...CPU, region: "francecentral" })?.usd).toBe("0.05");
  }
});

test("a stored book that is damaged is not used: the shipped prices stay, and the log says so", async () => {
  await processOf(saying({ westeurope: "0.05" })).refresh();
  const { store } = file;
  const damaged = {
    ...store,
    priceBook: async (hash: string) => ({ hash, collected: "2026-11-22", items: [] }),
  };
  const one = processOf(NOBODY, { store: damaged });
  await one.books.catchUp();
  expect(one.books.current()).toEqual(builtInBook());
  expect(one.logged).toContainEqual(expect.stringContaining("does not hold what it is named for"));
});

test("by the clock: not at the start, then once, then a day later; whoever asks", async () => {
  const [one, other] = [processOf(saying({})), processOf(saying({}))];
  await one.books.catchUp();
  const due = async (at: number, who = one) => {
    now = at;
    return await refreshIfDue(who.ports, DAY_MS);
  };
  expect(await due(START + FIRST_REFRESH_MS - 1)).toBe(false);
  expect(await due(START + FIRST_REFRESH_MS)).toBe(true);
  expect(await due(START + FIRST_REFRESH_MS + 60_000, other)).toBe(false);
  expect(await due(START + FIRST_REFRESH_MS + DAY_MS - 1, other)).toBe(false);
  expect(await due(START + FIRST_REFRESH_MS + DAY_MS, other)).toBe(true);
  now = START + 3 * DAY_MS;
  expect(await refreshIfDue(one.ports, DAY_MS, { notBefore: now + 1 })).toBe(false);
});

test("the last reports are read by any process, each provider's own", async () => {
  const one = processOf(saying({ westeurope: "0.05" }));
  await one.refresh();
  await refreshCatalog(one.ports, { providers: ["cloud-run"] });
  const known = await readRefreshes(processOf(NOBODY).ports);
  expect(known.reports.map(({ provider }) => provider).toSorted()).toEqual(["aci", "cloud-run"]);
  expect(known).toMatchObject({ book: one.books.current().hash, attemptedAt: START });
});

class Crash extends Error {}

async function booksIn(one: StoreFile): Promise<readonly string[]> {
  return (await one.dump()).split("\n").filter((line) => line.startsWith('["price_books"'));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 1));
}
