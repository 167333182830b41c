import { createClient } from "@libsql/client";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql";
import { expect, test } from "vitest";
import { commitStatements } from "../../src/store/commit-statements.ts";
import { selectPlans } from "../../src/store/plan-row.ts";
import { migrate } from "../../src/store/migrate.ts";
import { readMigrations } from "../../src/store/read-migrations.ts";
import { reserve } from "../../src/store/reservations.ts";
import { costingCommit } from "./changes.ts";
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

test("a commit finds what its own workloads will hold by their keys, and not among all that the project holds", async () => {
  const client = createClient({ url: ":memory:" });
  const db = drizzle(client);
  await migrate(db, await readMigrations(), 0);
  const steps: string[] = [];
  for (const statement of reserve(db, SCOPE, [costingCommit("x", "web", "1")])) {
    if (!("toSQL" in statement) || typeof statement.toSQL !== "function")
      throw new Error("it is no statement");
    const { sql, params } = statement.toSQL();
    const { rows } = await client.execute({ sql: `explain query plan ${sql}`, args: params });
    steps.push(...rows.map((row) => JSON.stringify(row["detail"]).slice(1, -1)));
  }
  client.close();
  // Twice: over what is held in all, and beside what was held before.
  const reads = steps.filter((step) => step.includes(" reservations ")).map((step) => step.split("(").at(-1));
  const ofAll = "project=?)";
  const ofPlan = "project=? AND environment=? AND workload=? AND plan=?)";
  const dropped = "project=? AND environment=? AND workload=?)";
  expect(reads).toEqual([ofAll, ofPlan, ofAll, ofPlan, ofAll, dropped]);
});

test("a plan finds the rows of its units by their whole key, however many the workload has had", async () => {
  const client = createClient({ url: ":memory:" });
  const db = drizzle(client);
  await migrate(db, await readMigrations(), 0);
  const { sql: text, params } = selectPlans(db)
    .where(sql`project = 'p' and id = 'i'`)
    .toSQL();
  const { rows } = await client.execute({ sql: `explain query plan ${text}`, args: params.map(String) });
  client.close();
  const steps = rows
    .map((row) => JSON.stringify(row["detail"]).slice(1, -1))
    .filter((step) => / units\b/.test(step));
  expect(steps).toEqual([
    "SEARCH units USING INDEX sqlite_autoindex_units_1 (project=? AND environment=? AND workload=? AND id=?)",
  ]);
});
