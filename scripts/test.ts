/**
 * Runs every test: Node's beside those in workerd and those of other servers, and then the engines. The last line is
 * `N passed, N failed`, and after it, for each project that cannot run here, `NOT TESTED: <project>: <why>`; `BERTH_REQUIRE=engines,peers`
 * makes a missing one a failure. `BERTH_COVERAGE=1` also holds the rooms that decide to their branches (vitest.config.ts).
 * Whatever prints the secrets' canary (test/canary.ts) is a failure, too. Arguments go to vitest (npm test -- test/store).
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoEngine } from "./engine-can-be-had.ts";
import { whyNoPeers } from "./moto.ts";
import { addTotals, NO_TESTS, readTotals, type Totals } from "./test-totals.ts";
import { createTurns, type Turn } from "./turns.ts";
import { type CanaryWatch, watchForCanary } from "./canary-watch.ts";

const VITEST = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");

/** Projects of vitest.config.ts that need more than Node: why each cannot run here, or undefined. */
const MISSING: Readonly<Record<string, string | undefined>> = {
  engines: await whyNoEngine(process.env),
  peers: await whyNoPeers(),
};
/** Lanes of one phase run side by side, their projects in turn. Engines have the machine for themselves. */
const PHASES = [[["node"], ["workerd", "peers"]], [["engines"]]] as const;

const given = process.argv.slice(2);
const required = (process.env["BERTH_REQUIRE"] ?? "").split(",");
const covered = process.env["BERTH_COVERAGE"] === "1";
const folder = await mkdtemp(join(tmpdir(), "berth-test-"));
const watches: CanaryWatch[] = [];
const lanes: Totals[] = [];
for (const phase of PHASES) {
  const turns = createTurns(process.stdout);
  lanes.push(...(await Promise.all(phase.map((projects) => runLane(projects, turns.next())))));
}
await rm(folder, { recursive: true });

const { passed, failed, problems } = lanes.reduce(addTotals);
const left = Object.entries(MISSING).flatMap(([project, why]) =>
  why === undefined ? [] : [{ project, why, lacking: required.includes(project) }],
);
const lacking = left.filter((one) => one.lacking);
// No test may print a secret, whatever else it shows.
const leaks = watches.some((watch) => watch.found()) ? 1 : 0;
if (leaks > 0) console.error("The output of the tests holds the secrets' canary (test/canary.ts).");
for (const problem of problems) console.error(problem);
for (const { project, why } of lacking) console.error(`BERTH_REQUIRE asks for ${project}, but ${why}.`);
console.log(`${passed} passed, ${failed + lacking.length + leaks} failed`);
for (const { project, why } of left.filter((one) => !one.lacking))
  console.log(`NOT TESTED: ${project}: ${why}`);
process.exitCode = failed + lacking.length + leaks === 0 ? 0 : 1;

/** The projects of a lane, one after another. What they print comes when it is the lane's turn. */
async function runLane(projects: readonly string[], turn: Turn): Promise<Totals> {
  let totals: Totals = { passed: 0, failed: 0, problems: [] };
  for (const project of projects)
    if (MISSING[project] === undefined) totals = addTotals(totals, await run(project, turn));
  turn.end();
  return totals;
}

async function run(project: string, turn: Turn): Promise<Totals> {
  const report = join(folder, `${project}.json`);
  const output = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const coverage = covered && project === "node" && given.length === 0 ? ["--coverage"] : [];
  // A filter may leave a project without a test; without one, that is a mistake.
  const filter = given.length === 0 ? coverage : ["--passWithNoTests", ...given];
  // By itself vitest leaves a core to others, which of two is half of them.
  const workers = project === "node" ? [`--maxWorkers=${availableParallelism()}`] : [];
  const exitCode = await exitOf(
    [VITEST, "run", "--project", project, ...output, ...workers, ...filter],
    turn,
  );
  const text = await readFile(report, "utf8").catch(() => NO_TESTS);
  return readTotals(text, exitCode, given.length === 0, project);
}

async function exitOf(argv: readonly string[], turn: Turn): Promise<number> {
  // Through a pipe it would think that nobody sees colours.
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: "1" } : process.env;
  const child = spawn(process.execPath, argv, { env, stdio: ["inherit", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    const watch = watchForCanary();
    watches.push(watch);
    stream.on("data", (chunk: Buffer) => {
      watch.see(chunk);
      turn.print(chunk);
    });
  }
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
