import { createClient } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeStatements, proposalStatements } from "../../src/store/change-statements.ts";
import { commitStatements } from "../../src/store/commit-statements.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { readMigrations } from "../../src/store/read-migrations.ts";
import { MAX_MEMBERS } from "../../src/store/store.ts";
import { changeOf, costingCommit, markedHold, shownOf } from "./changes.ts";
import { SCOPE } from "./fixtures.ts";

const client = createClient({ url: ":memory:" });
let db: Database;
beforeAll(async () => {
  const opened = drizzle(client);
  await migrate(opened, await readMigrations(), 0);
  db = opened;
});
afterAll(() => client.close());

/** A change with so many commits and as many plans that wait. */
function changeWith(count: number) {
  const names = Array.from({ length: count }, (_, at) => String(at));
  const commits = names.map((name) => costingCommit("x", `web-${name}`, "1"));
  return changeOf(
    "chg_1",
    commits,
    names.map((name) => markedHold("x", `job-${name}`)),
  );
}

test("a change takes as many statements for the most workloads as for two: those of its commits, three for what waits, one for itself", () => {
  const [small, large] = [changeWith(1), changeWith(MAX_MEMBERS / 2)];
  const ofCommits = commitStatements(db, SCOPE, large.commits).length;
  expect(ofCommits).toBe(commitStatements(db, SCOPE, small.commits).length);
  for (const change of [small, large])
    expect(changeStatements(db, SCOPE, change)).toHaveLength(ofCommits + 4);
  for (const change of [small, large])
    expect(proposalStatements(db, SCOPE, ...shownOf(change))).toHaveLength(4);
});

test("a change finds its own row, its plans and what may go for it by keys, and reads the plans of its environment once", async () => {
  const whole = changeWith(2);
  const steps: string[] = [];
  for (const statement of [
    ...changeStatements(db, SCOPE, whole).slice(commitStatements(db, SCOPE, whole.commits).length),
    ...proposalStatements(db, SCOPE, ...shownOf(whole)),
  ]) {
    if (!("toSQL" in statement) || typeof statement.toSQL !== "function")
      throw new Error("it is no statement");
    const { sql, params } = statement.toSQL();
    const { rows } = await client.execute({ sql: `explain query plan ${sql}`, args: params });
    steps.push(...rows.map((row) => JSON.stringify(row["detail"]).slice(1, -1)));
  }
  const ofTables = steps.filter((step) => /^(SCAN|SEARCH) (plans|changes|events)\b/.test(step));
  expect(ofTables).toEqual([
    "SCAN plans USING INDEX plans_held",
    "SEARCH events USING COVERING INDEX sqlite_autoindex_events_1 (project=? AND environment=? AND workload=?)",
    "SEARCH plans USING INDEX sqlite_autoindex_plans_1 (project=? AND environment=? AND id=?)",
    "SEARCH plans USING INTEGER PRIMARY KEY (rowid=?)",
    "SEARCH plans USING INDEX sqlite_autoindex_plans_1 (project=? AND environment=?)",
    "SEARCH changes USING INDEX changes_proposed (project=? AND environment=?)",
    "SEARCH changes USING INDEX changes_proposed (project=? AND environment=?)",
  ]);
});
