import { createClient } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { expect, test } from "vitest";
import { commitStatements } from "../../src/store/commit-statements.ts";
import { migrate } from "../../src/store/migrate.ts";
import { readMigrations } from "../../src/store/read-migrations.ts";
import { commitOf, SCOPE } from "./fixtures.ts";

test("a commit reads plans that are held, and plans and units of its workloads, however many others there are", async () => {
  const client = createClient({ url: ":memory:" });
  const db = drizzle(client);
  await migrate(db, await readMigrations(), 0);
  const commit = { ...commitOf(2), rescaled: [{ id: "u1", replicas: { min: 1, max: 2 } }] };
  const steps: string[] = [];
  for (const statement of commitStatements(db, SCOPE, [commit])) {
    if (!("toSQL" in statement) || typeof statement.toSQL !== "function")
      throw new Error("it is no statement");
    const { sql, params } = statement.toSQL();
    const { rows } = await client.execute({ sql: `explain query plan ${sql}`, args: params });
    steps.push(...rows.map((row) => JSON.stringify(row["detail"]).slice(1, -1)));
  }
  client.close();
  const ofOthers = steps.filter(
    (step) =>
      /^(SCAN|SEARCH) (plans|units)\b/.test(step) &&
      !/ workload=\?| plans_held$| plans_committed_at /.test(step),
  );
  expect(steps).toContain("SCAN plans USING INDEX plans_held");
  expect(ofOthers).toEqual([]);
});
