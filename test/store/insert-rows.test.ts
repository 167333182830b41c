import { createClient } from "@libsql/client";
import { asc, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { entryField, insertRows } from "../../src/store/insert-rows.ts";
import { jsonOf, JsonText } from "../../src/store/row-size.ts";

const things = sqliteTable("things", {
  at: integer("at").notNull(),
  name: text("name"),
  size: integer("size"),
  done: integer("done", { mode: "boolean" }),
  fence: integer("fence").notNull().default(7),
  labels: text("labels", { mode: "json" }).$type<unknown>(),
  body: text("body", { mode: "json" }).$type<unknown>(),
  sum: text("sum").notNull(),
});

const client = createClient({ url: ":memory:" });
const db = drizzle(client);

beforeAll(async () => {
  await db.run(sql`create table things (at integer not null, name text, size integer, done integer,
    fence integer not null default 7, labels text, body text, sum text not null)`);
});
beforeEach(async () => {
  await db.delete(things);
});
afterAll(() => client.close());

// Few values of each kind, so that columns are often the same in all rows, in some, and in none.
const few = <T>(...values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const halves = "half \ud83d of a pair";
const row = fc.record({
  name: fc.option(few("", "a", "7", "ü", halves), { nil: null }),
  size: few(0, 1, 2 ** 52, -3),
  done: few(true, false),
  fence: few(0, 9),
  labels: few<unknown>({}, { team: "ü" }, [], "text", 0, false),
  body: few<unknown>({ text: halves }, { text: "x".repeat(2_000) }, ["\\ud83d"]),
  beside: few<string | number>("b", 2),
});

test("rows arrive as they were given, whichever of their columns are the same in all of them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 4 }), fc.boolean(), async (rows, asText) => {
      await db.delete(things);
      const given = rows.map((one, at) => ({
        ...one,
        at,
        body: asText && one.body !== undefined ? new JsonText(one.body) : one.body,
      }));
      // What a column holds, and what none holds, may both be read by an expression.
      const sumOf = sql`${entryField("at")} || ',' || coalesce(${entryField("size")}, '-') || ',' || coalesce(${entryField("beside")}, '-')`;
      for (const insert of insertRows(db, things, given, { sum: sumOf })) await insert;
      const stored = await db.select().from(things).orderBy(asc(things.at));
      expect(stored).toEqual(
        rows.map(({ name, size, done, fence, labels, body, beside }, at) => ({
          at,
          name: name?.toWellFormed() ?? null,
          size: size ?? null,
          done: done ?? null,
          fence: fence ?? 7,
          labels: labels === undefined ? null : labels,
          body: body === undefined ? null : JSON.parse(jsonOf(body)),
          sum: `${at},${size ?? "-"},${beside ?? "-"}`,
        })),
      );
      const types = await db.all(
        sql`select distinct typeof(size) as type from things where size is not null`,
      );
      expect(types.every((one) => JSON.stringify(one) === '{"type":"integer"}')).toBe(true);
    }),
  );
});

test("a column that is the same in all rows is bound once, and does not travel with each of them", () => {
  const rows = Array.from({ length: 50 }, (_, at) => ({ at, name: "all alike", labels: { team: "shop" } }));
  const [insert, ...more] = insertRows(db, things, rows, { sum: sql`'x'` });
  const { params } = insert?.toSQL() ?? { params: [] };
  expect(more).toEqual([]);
  expect(params).toEqual(["all alike", 7, '{"team":"shop"}', JSON.stringify(rows.map(({ at }) => ({ at })))]);
});

test("a row is inserted only where the condition holds for it, over columns that are the same in all rows, too", async () => {
  const rows = [1, 2, 3].map((at) => ({ at, name: "same", size: at }));
  const when = sql`${entryField("size")} > 1 and ${entryField("name")} = 'same'`;
  for (const insert of insertRows(db, things, rows, { sum: sql`'x'` }, when)) await insert;
  expect((await db.select().from(things)).map(({ at }) => at)).toEqual([2, 3]);
});
