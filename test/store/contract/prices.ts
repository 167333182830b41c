import { describe, expect, test } from "vitest";
import type { AccountRates } from "../../../src/domain/account-rates.ts";
import type { RefreshReport } from "../../../src/domain/refresh-report.ts";
import type { CatalogState, StoredBook } from "../../../src/store/prices.ts";
import type { Opened } from "../contract.ts";
import { NOW } from "../fixtures.ts";

export function pricesContract(opened: Opened): void {
  describe("prices", () => {
    test("a book is read back as it was written, in its order, however many rows it takes", async () => {
      const { store, second, dump } = opened();
      const items = Array.from({ length: 2_500 }, (_, index) => ({ index, text: "x".repeat(1_000) }));
      const book: StoredBook = { hash: "large", collected: "2026-11-22", items };
      expect(await store.priceBook("large")).toBeUndefined();
      expect(await store.putCatalog(stateOf({ book: "large" }), book, NOW)).toBe(true);
      expect(await second.priceBook("large")).toEqual(book);
      const rows = (await dump())["price_books"] ?? [];
      expect(rows.length).toBeGreaterThan(2);
      for (const row of rows) expect(String(Object(row).items).length).toBeLessThanOrEqual(900_000);
    });

    test("the same book is stored once, whoever stores it again", async () => {
      const { store, dump } = opened();
      const book: StoredBook = { hash: "one", collected: "2026-11-22", items: [1, 2] };
      await store.putCatalog(stateOf({ book: "one" }), book, NOW);
      const before = (await dump())["price_books"];
      expect(await store.putCatalog(stateOf({ book: "one", version: 1 }), book, NOW + 1)).toBe(true);
      expect((await dump())["price_books"]).toEqual(before);
    });

    test("of two that change the state over one version the first wins, and the other learns of it", async () => {
      const { store, second } = opened();
      expect(await store.catalogState()).toBeUndefined();
      const both = await Promise.all([
        store.putCatalog(stateOf({ book: "a" }), undefined, NOW),
        second.putCatalog(stateOf({ book: "b" }), undefined, NOW),
      ]);
      expect(both.filter(Boolean)).toHaveLength(1);
      const first = await store.catalogState();
      expect(first?.version).toBe(1);
      expect(
        await store.putCatalog(stateOf({ book: "c", version: 1, attemptedAt: NOW }), undefined, NOW),
      ).toBe(true);
      expect(await second.putCatalog(stateOf({ book: "d", version: 1 }), undefined, NOW)).toBe(false);
      expect(await second.catalogState()).toEqual({
        ...stateOf({ book: "c", version: 2, attemptedAt: NOW }),
      });
    });

    test("parts of a refresh are kept by name, the newest of each, until it is over", async () => {
      const { store, second } = opened();
      const many = Array.from({ length: 800 }, (_, index) => ({ index, text: "x".repeat(1_000) }));
      await store.keepPriceParts(
        [
          { name: "a", prices: [1] },
          { name: "b", prices: many },
        ],
        NOW,
      );
      await second.keepPriceParts([{ name: "a", prices: [{ usd: "2" }] }], NOW + 5);
      await second.keepPriceParts([], NOW + 6);
      expect((await store.priceParts(NOW)).toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
        { name: "a", prices: [{ usd: "2" }] },
        { name: "b", prices: many },
      ]);
      expect(await store.priceParts(NOW + 1)).toEqual([{ name: "a", prices: [{ usd: "2" }] }]);
      await second.dropPriceParts();
      expect(await store.priceParts(0)).toEqual([]);
    });

    test("an account's rates are one project's, and change over the version that was read only", async () => {
      const { store, second } = opened();
      expect(await store.accountRates("shop")).toBeUndefined();
      expect((await store.putAccountRates("shop", RATES, NONE_STATED, NOW, 0))?.version).toBe(1);
      expect(await second.putAccountRates("shop", RATES, NONE_STATED, NOW, 0)).toBeUndefined();
      expect((await second.putAccountRates("shop", NONE, NONE_STATED, NOW + 1, 1))?.version).toBe(2);
      expect(await store.putAccountRates("shop", RATES, NONE_STATED, NOW + 2, 1)).toBeUndefined();
      expect((await store.putAccountRates("shop", RATES, NONE_STATED, NOW + 3))?.version).toBe(3);
      expect(await second.accountRates("shop")).toEqual({
        project: "shop",
        rates: RATES,
        version: 3,
        updatedAt: NOW + 3,
      });
      expect(await store.accountRates("other")).toBeUndefined();
    });
  });
}

const NONE_STATED = { base: "book" };
const NONE: AccountRates = { discounts: [], commitments: [] };
const RATES: AccountRates = {
  discounts: [{ provider: "ecs", percent: "12.5", region: "eu-west-1" }],
  commitments: [{ provider: "ecs", usdPerHour: "2.5", until: NOW + 1 }],
};
const REPORT: RefreshReport = {
  provider: "aci",
  at: NOW,
  outcome: "kept",
  why: "prices.azure.com answered 503",
  read: 0,
  changed: [],
  added: [],
  quarantined: [],
  vanished: [],
};

const stateOf = (changes: Partial<CatalogState>): CatalogState => ({
  version: 0,
  book: "a",
  base: { hash: "a", collected: "2026-11-22" },
  reports: [REPORT],
  createdAt: NOW,
  ...changes,
});
