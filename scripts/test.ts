/**
 * Runs every test: node and workerd together, then the engines one after another. The last line is `N passed, N failed`, or, where no
 * container engine can be had, `NOT TESTED: engines: <why>` after it. `BERTH_REQUIRE=engines` makes a missing engine a failure.
 * Arguments go to vitest (npm test -- test/store).
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoEngine } from "./engine-can-be-had.ts";
import { addTotals, NO_TESTS, readTotals, type Totals } from "./test-totals.ts";

const VITEST = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");

const given = process.argv.slice(2);
const missing = await whyNoEngine(process.env);
const required = (process.env["BERTH_REQUIRE"] ?? "").split(",").includes("engines");
const folder = await mkdtemp(join(tmpdir(), "berth-test-"));
let totals = await run(["node", "workerd"]);
if (missing === undefined) totals = addTotals(totals, await run(["engines"]));
await rm(folder, { recursive: true });

for (const problem of totals.problems) console.error(problem);
const lacking = missing !== undefined && required;
if (lacking) console.error(`BERTH_REQUIRE asks for engines, but ${missing}.`);
const failed = totals.failed + (lacking ? 1 : 0);
console.log(`${totals.passed} passed, ${failed} failed`);
if (missing !== undefined && !required) console.log(`NOT TESTED: engines: ${missing}`);
process.exitCode = failed === 0 ? 0 : 1;

async function run(projects: readonly string[]): Promise<Totals> {
  const report = join(folder, `${projects.join("-")}.json`);
  const only = projects.flatMap((project) => ["--project", project]);
  const output = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  // A filter may leave a project without a test; without one, that is a mistake.
  const filter = given.length === 0 ? [] : ["--passWithNoTests", ...given];
  const exitCode = await exitOf([VITEST, "run", ...only, ...output, ...filter]);
  const text = await readFile(report, "utf8").catch(() => NO_TESTS);
  return readTotals(text, exitCode, given.length === 0, projects.join(" and "));
}

async function exitOf(argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, argv, { stdio: "inherit" });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
