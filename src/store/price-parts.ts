import { gte, sql } from "drizzle-orm";
import { priceParts } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { insertFrom } from "./insert-from.ts";
import type { PriceStore } from "./prices.ts";
import { jsonLists } from "./row-size.ts";

/** What was read so far of a refresh that goes on in portions. */
export function pricePartRows(
  db: Database,
): Pick<PriceStore, "priceParts" | "keepPriceParts" | "dropPriceParts"> {
  return {
    async priceParts(since) {
      const rows = await db.select().from(priceParts).where(gte(priceParts.readAt, since));
      return rows.map(({ name, prices }) => ({ name, prices: listIn(prices) }));
    },
    async keepPriceParts(parts, now) {
      const [first, ...rest] = jsonLists(parts).map((list) =>
        insertFrom(
          db,
          priceParts,
          {
            name: sql`part.value ->> '$.name'`,
            prices: sql`part.value -> '$.prices'`,
            readAt: sql`${now}`,
          },
          sql`json_each(${list}) part where true`,
        ).onConflictDoUpdate({
          target: priceParts.name,
          set: { prices: sql`excluded.prices`, readAt: sql`excluded.read_at` },
        }),
      );
      if (first !== undefined) await db.batch([first, ...rest]);
    },
    async dropPriceParts() {
      await db.delete(priceParts);
    },
  };
}

function listIn(text: string): readonly unknown[] {
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list : [];
}
