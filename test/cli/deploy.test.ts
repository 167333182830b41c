import { expect, test } from "vitest";
import { desk, START, type DeskOptions } from "./desk.ts";
import { aPlan, aPrice, aUnit, aWorkload, anEvent, at, IRELAND, running, SPEC } from "./recorded.ts";
import { rolloutScript, type Rollout } from "./rollout.ts";
import { screenOf } from "./screen.ts";
import { ok, problem, scriptedBroker } from "./scripted-broker.ts";

const first = aPlan(14, { state: "ready", price: aPrice("8.29") });
const next = aPlan(15, {
  incumbent: {
    place: aUnit(14).place,
    stays: true,
    because: "moving to Fargate would save 1.20 USD a month, less than 15 %",
  },
});
const before = aWorkload(first, [running(aUnit(14))]);
const oldUnit = { wanted: false, state: "doomed" as const, phase: "stopping", ready: 0 };

const shifted = anEvent(41, "traffic.shifted", "traffic goes to the units that serve", {
  generation: 15,
  upstreams: [
    { unit: "unit_15", weight: 100 },
    { unit: "unit_14", weight: 0 },
  ],
});
const doomed = anEvent(42, "unit.doomed", "no plan wants it", { generation: 15, unit: "bunit14" });
const progressing = { ...next, state: "progressing" as const };
const ready = { ...next, state: "ready" as const };

const goesWell: Pick<Rollout, "before" | "accepted" | "moments" | "verdict"> = {
  before,
  accepted: { status: 202, plan: next },
  moments: [
    {
      seconds: 1,
      events: [],
      workload: aWorkload(next, [running(aUnit(14)), running(aUnit(15), { ready: 0, phase: "creating" })]),
    },
    { seconds: 7, events: [], workload: aWorkload(progressing, [running(aUnit(14)), running(aUnit(15))]) },
    {
      seconds: 9,
      events: [shifted],
      workload: aWorkload(progressing, [running(aUnit(14)), running(aUnit(15))]),
    },
    {
      seconds: 12,
      events: [shifted, doomed],
      workload: aWorkload(progressing, [running(aUnit(14), oldUnit), running(aUnit(15))]),
    },
    { seconds: 97, events: [shifted, doomed], workload: aWorkload(ready, [running(aUnit(15))]) },
  ],
  verdict: ok(ready),
};

async function deploying(
  rollout: Omit<Rollout, "clock">,
  options: DeskOptions = {},
  ...flags: readonly string[]
) {
  const clock = { now: START };
  const broker = await scriptedBroker(rolloutScript({ ...rollout, clock }));
  const cli = desk({ server: broker.url, files: { "web.yaml": SPEC }, clock, ...options });
  const exit = await cli.run("deploy", "-f", "web.yaml", ...flags);
  return { exit, cli, broker };
}

test("in a pipe each change is one plain line on stderr, and the result is alone on stdout", async () => {
  const { exit, cli } = await deploying(goesWell);
  expect(cli.err()).toBe(
    `web · plan 15 · production · stays on Cloud Run gcp europe-west2 (moving to Fargate would save 1.20 USD a month, less than 15 %)
  ✔ image    ghcr.io/acme/web:1.5 -> sha256:9f2c51aa…e1
  ◐ start    0 of 1 serving: creating
  ✔ start    1 of 1 serving
  ✔ shift    100 % of traffic
  ◐ finish   1 of 1 old unit still to go
  ✔ finish   1 old unit quiesced and removed
`,
  );
  expect(cli.out()).toBe(
    "ready in 1:37 · http://127.0.0.1:8788/default/production/web/ · $8.41 a month expected ($8.29 before)\n",
  );
  expect(exit).toBe(0);
});

test("on a terminal of 80 columns steps are drawn in place and none is wider than the screen", async () => {
  const { cli } = await deploying(goesWell, { terminal: true, columns: 80 });
  expect(screenOf(cli.err())).toEqual([
    "web · plan 15 · production · stays on Cloud Run gcp europe-west2 (moving to",
    "Fargate would save 1.20 USD a month, less than 15 %)",
    "  ✔ image    ghcr.io/acme/web:1.5 -> sha256:9f2c51aa…e1",
    "  ✔ start    1 of 1 serving",
    "  ✔ shift    100 % of traffic",
    "  ✔ finish   1 old unit quiesced and removed",
  ]);
  expect(cli.err()).toContain("\u001B[");
  const live = screenOf(cli.err().replaceAll(/\u{1B}\[\d+A\u{1B}\[J/gu, "")).slice(1); // oxlint-disable-line no-control-regex -- every frame, one below the other
  expect(Math.max(...live.map((line) => Array.from(line).length))).toBeLessThanOrEqual(80);
  expect(live.some((line) => /start .*creating .*0:01 of 15:00$/.test(line))).toBe(true);
});

test("without colour a terminal gets the same text and no colour codes", async () => {
  const { cli } = await deploying(goesWell, { terminal: true }, "--no-color");
  expect(cli.err()).not.toContain("\u001B[3");
  expect(screenOf(cli.err())).toContain("  ✔ shift    100 % of traffic");
});

test("a new revision that fails ends with its reason, its last lines, what serves, and exit status 1", async () => {
  const ended = {
    ...next,
    state: "rolled-back" as const,
    stateReason: "it exited with code 1, four times in 38 s",
    logTail: [
      "Error: connect ECONNREFUSED 10.0.3.7:5432",
      "    at TCPConnectWrap.afterConnect (node:net:1611:16)",
    ],
  };
  const { exit, cli } = await deploying({
    ...goesWell,
    moments: [
      {
        seconds: 1,
        events: [],
        workload: aWorkload(next, [running(aUnit(14)), running(aUnit(15), { ready: 0, phase: "starting" })]),
      },
      { seconds: 38, events: [], workload: aWorkload(first, [running(aUnit(14))]) },
    ],
    verdict: problem(409, "plan-rolled-back", "Plan 15 of web is rolled-back", { plan: ended }),
  });
  expect(cli.err().split("\n").slice(1).join("\n")).toBe(
    `  ✔ image    ghcr.io/acme/web:1.5 -> sha256:9f2c51aa…e1
  ◐ start    0 of 1 serving: starting
  ✘ start    0 of 1 serving: it exited with code 1, four times in 38 s

why and what was tried:  berth explain plan_15
`,
  );
  expect(cli.out()).toBe(
    `rolled back: it exited with code 1, four times in 38 s. Plan 14 still serves

last lines of web (plan 15)
  Error: connect ECONNREFUSED 10.0.3.7:5432
      at TCPConnectWrap.afterConnect (node:net:1611:16)
`,
  );
  expect(exit).toBe(1);
});

test("a container's last lines cannot steer the reader's terminal", async () => {
  const logTail = ["\u001B[2J\u001B]0;title\u0007hidden\r\u009B31m"];
  const plan = { ...next, state: "failed" as const, stateReason: "no", logTail };
  const { cli } = await deploying({
    ...goesWell,
    moments: goesWell.moments.slice(0, 1),
    verdict: problem(409, "plan-failed", "", { plan }),
  });
  expect(cli.out()).toContain("\n  hidden31m\n");
});

test("a plan that someone else overtook ends with exit status 3 and names what serves", async () => {
  const overtaken = { ...next, state: "superseded" as const };
  const theirs = aPlan(16, { revision: "rev16" });
  const { exit, cli } = await deploying({
    ...goesWell,
    moments: [{ seconds: 3, events: [], workload: aWorkload(theirs, []) }],
    verdict: problem(409, "plan-superseded", "", { plan: overtaken }),
  });
  expect(cli.out()).toBe("superseded: plan 16 was committed meanwhile\n");
  expect(cli.err()).toContain("what serves now:  berth status web\n");
  expect(exit).toBe(3);
});

test("a held plan ends with exit status 3 and what it waits for", async () => {
  const held = { ...next, state: "held" as const, stateReason: "needs the approval of another person" };
  const { exit, cli } = await deploying({
    ...goesWell,
    moments: goesWell.moments.slice(0, 1),
    verdict: problem(409, "plan-held", "", { plan: held }),
  });
  expect(cli.out()).toBe("held: needs the approval of another person\n");
  expect(exit).toBe(3);
});

test("a plan that was handed on because its place was full is followed to its end", async () => {
  const moved = aPlan(16, {
    revision: next.revision,
    reason: "eu-west-1 has no capacity",
    units: [aUnit(16, IRELAND)],
    state: "ready",
  });
  const script = rolloutScript({
    ...goesWell,
    clock: { now: 0 },
    moments: [{ seconds: 3, events: [], workload: aWorkload(moved, [running(aUnit(16, IRELAND))]) }],
    verdict: problem(409, "plan-superseded", "", { plan: { ...next, state: "superseded" } }),
  });
  const broker = await scriptedBroker({ ...script, "GET /v1/plans/plan_16": () => ok(moved) });
  const cli = desk({ server: broker.url, files: { "web.yaml": SPEC } });
  expect(await cli.run("deploy", "-f", "web.yaml")).toBe(0);
  expect(cli.err()).toContain("  handed on to plan 16 on Fargate aws eu-west-1: eu-west-1 has no capacity\n");
  expect(cli.err()).toContain("  ✔ start    1 of 1 serving\n");
});

test("Ctrl-C stops the waiting, not the plan", async () => {
  const clock = { now: START };
  const script = rolloutScript({ ...goesWell, moments: goesWell.moments.slice(0, 2), clock });
  const broker = await scriptedBroker({ ...script, "GET /v1/plans/plan_15": () => new Promise(() => {}) });
  const cli = desk({ server: broker.url, files: { "web.yaml": SPEC }, clock });
  const running = cli.run("deploy", "-f", "web.yaml");
  await expect.poll(() => cli.err()).toContain("✔ start");
  cli.interrupt();
  expect(await running).toBe(1);
  expect(cli.err()).toContain("stopped waiting; plan 15 goes on by itself");
});

test("--timeout stops the waiting, not the plan, and says how to go on", async () => {
  const { exit, cli } = await deploying(
    { ...goesWell, moments: goesWell.moments.slice(0, 2), verdict: problem(504, "not-ready-yet", "") },
    {},
    "--timeout",
    "5",
  );
  expect(cli.err()).toContain(
    `not ready after 7.0 s; plan 15 goes on by itself until ${at(900)}\nhow it goes:  berth status web\n`,
  );
  expect(cli.out()).toBe("");
  expect(exit).toBe(1);
});
