import { createClient, type Client } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FORGETTING, removal, rowsAfter } from "../../src/store/forget.ts";
import { HISTORY_PARTS, type HistoryPart } from "../../src/store/history-store.ts";
import { migrate } from "../../src/store/migrate.ts";
import { readMigrations } from "../../src/store/read-migrations.ts";

/** Tables of which there are few rows, whatever the installation: one of each account, one in all, none at rest. */
const FEW = new Set(["account_rates", "catalog", "meter_facts", "projects"]);

let client: Client;
beforeAll(async () => {
  client = createClient({ url: ":memory:" });
  await migrate(drizzle(client), await readMigrations(), 0);
});
afterAll(() => client.close());

async function steps(statement: object): Promise<readonly string[]> {
  if (!("toSQL" in statement) || typeof statement.toSQL !== "function") throw new Error("it is no statement");
  const { sql: text, params } = statement.toSQL();
  const { rows } = await client.execute({ sql: `explain query plan ${text}`, args: params });
  return rows.map((row) => JSON.stringify(row["detail"]).slice(1, -1));
}

describe.each(HISTORY_PARTS)("forgetting %s", (part: HistoryPart) => {
  test("finds what is old by its rowid, and sorts nothing", async () => {
    const read = await steps(rowsAfter(drizzle(client), FORGETTING[part], 7, 100));
    expect(read).toEqual([expect.stringMatching(/^SEARCH \w+ USING INTEGER PRIMARY KEY \(rowid>\?\)$/)]);
  });

  test("asks other tables by a key, and reads none of them as a whole", async () => {
    const all: string[] = [];
    for (const statement of removal(drizzle(client), FORGETTING[part], [1], 0))
      all.push(...(await steps(statement)));
    expect(all.length).toBeGreaterThan(0);
    const scans = all.flatMap((step) => /^SCAN (\w+)/.exec(step)?.[1] ?? []);
    expect(scans.filter((table) => !FEW.has(table) && !["json_each", "line"].includes(table))).toEqual([]);
  });
});
