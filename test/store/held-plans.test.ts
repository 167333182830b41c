import { createClient } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { expect, test } from "vitest";
import { supersedeHeld } from "../../src/store/holds.ts";
import { migrate } from "../../src/store/migrate.ts";
import { readMigrations } from "../../src/store/read-migrations.ts";

test("what a commit does to held plans reads those that are held, however many plans there ever were", async () => {
  const client = createClient({ url: ":memory:" });
  const db = drizzle(client);
  await migrate(db, await readMigrations(), 0);
  const scope = { project: "shop", environment: "production" };
  const [statement] = supersedeHeld(db, scope, [{ id: "web", except: "plan_2", now: 1 }]);
  if (statement === undefined || !("toSQL" in statement) || typeof statement.toSQL !== "function")
    throw new Error("nothing would be asked of the database");
  const { sql, params } = statement.toSQL();
  const { rows } = await client.execute({ sql: `explain query plan ${sql}`, args: params });
  const steps = rows.map((row) => JSON.stringify(row["detail"]));
  client.close();
  expect(steps.filter((step) => step.includes(" plans "))).toEqual(['"SCAN plans USING INDEX plans_held"']);
});
