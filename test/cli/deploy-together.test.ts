import { expect, test } from "vitest";
import { aChange, aMember, changeScript, further } from "./change-script.ts";
import { desk, START, type DeskOptions } from "./desk.ts";
import { aPlan, aUnit, at, aWorkload, IRELAND, LONDON } from "./recorded.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";
import { screenOf } from "./screen.ts";

const files = {
  "all.yaml": ["api", "shop", "web"]
    .map((name) => `name: ${name}\nimage: a/${name}:1\nport: 80\n`)
    .join("---\n"),
};
const made = aChange([
  aMember("api", "ecs/eu-west-1 ranks best", { units: [aUnit(1, IRELAND)] }),
  aMember("shop", "its best place is full", {
    incumbent: { place: LONDON, stays: true, because: "it is cheap" },
    warnings: [{ code: "image-unresolved", message: "a/shop:1 keeps its tag" }],
  }),
  aMember("web", "nothing changes for it", { state: "ready" }),
]);
const [progressing, ready] = [{ state: "progressing" }, { state: "ready" }] as const;
const moments = [
  { seconds: 1, answer: further(made, { api: progressing }) },
  { seconds: 30, answer: further(made, { api: ready, shop: progressing }) },
  { seconds: 97, answer: further(made, { api: ready, shop: ready }) },
];
const goesWell = { accepted: { status: 202, answer: made }, moments } as const;

async function deploying(
  how: Partial<Omit<Parameters<typeof changeScript>[0], "clock">>,
  options: DeskOptions & { readonly script?: Script } = {},
  line = "deploy -f all.yaml",
) {
  const clock = { now: START };
  const broker = await scriptedBroker({ ...changeScript({ ...goesWell, ...how, clock }), ...options.script });
  const cli = desk({ server: broker.url, files, clock, ...options });
  const exit = await cli.run(...line.split(" "));
  return { exit, cli, broker };
}

test("in a pipe each change of a workload's state is one plain line on stderr, and the result is alone on stdout", async () => {
  const { exit, cli } = await deploying({});
  expect(cli.err()).toBe(`chg_1 · production · 3 workloads · $48.10 a month expected ($41.00 before)
api · plan 1 · production · goes to Fargate aws eu-west-1 (ecs/eu-west-1 ranks best)
shop · plan 1 · production · stays on Cloud Run gcp europe-west2 (its best place is full)
  note: a/shop:1 keeps its tag
web · plan 1 · production · unchanged: this spec and image are deployed already
  ◐ api      progressing
  ◐ shop     pending
  ✔ api      ready
  ◐ shop     progressing
  ✔ shop     ready
`);
  expect(cli.out()).toBe("ready in 1:37 · 3 workloads · $48.10 a month expected ($41.00 before)\n");
  expect(exit).toBe(0);
});

test("on a terminal of 80 columns there is one line for each workload, drawn in place and no wider than the screen", async () => {
  const { cli } = await deploying({}, { terminal: true, columns: 80 });
  expect(screenOf(cli.err()).slice(-2)).toEqual(["  ✔ api      ready", "  ✔ shop     ready"]);
  const frames = screenOf(cli.err().replaceAll(/\u{1B}\[\d+A\u{1B}\[J/gu, "")); // oxlint-disable-line no-control-regex -- every frame, one below the other
  expect(Math.max(...frames.map((line) => Array.from(line).length))).toBeLessThanOrEqual(80);
  expect(frames.filter((line) => / shop .*progressing .*0:30 of 15:00$/.test(line))).toHaveLength(1);
});

test("of more workloads than a terminal has rows the rest is counted, and none is left undrawn in the end", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `web${index}`);
  const many = aChange(names.map((name) => aMember(name, "it ranks best")));
  const all = Object.fromEntries(names.map((name) => [name, ready]));
  const { cli } = await deploying(
    {
      accepted: { status: 202, answer: many },
      moments: [
        { seconds: 1, answer: many },
        { seconds: 2, answer: further(many, all) },
      ],
    },
    { terminal: true },
  );
  const redraws = [...cli.err().matchAll(/\u{1B}\[(\d+)A/gu)].map(([, rows]) => Number(rows)); // oxlint-disable-line no-control-regex -- it reads them
  expect(redraws).toEqual([16]);
  expect(cli.err()).toContain("    and 25 more under way\n");
  const lines = screenOf(cli.err());
  for (const name of names) expect(lines).toContain(`  ✔ ${name.padEnd(8)} ready`);
  expect(lines.filter((line) => line.includes("under way"))).toEqual([]);
});

const rolledBack = {
  state: "rolled-back",
  stateReason: "it exited with code 1, four times in 38 s.",
  logTail: ["Error: connect ECONNREFUSED", "\u001B[2Jhidden"],
  parent: "plan_old",
} as const;

test("one that fails ends with its name, reason and last lines after the others are ready, and exit status 1", async () => {
  const old = aWorkload(aPlan(7, { id: "plan_old", workload: "shop", state: "ready" }), []);
  const { exit, cli } = await deploying(
    {
      moments: [
        { seconds: 38, answer: further(made, { shop: rolledBack }) },
        { seconds: 50, answer: further(made, { api: ready, shop: rolledBack }) },
      ],
    },
    { script: { "GET /v1/workloads/shop": () => ok(old) } },
  );
  expect(cli.out()).toBe(`2 of 3 workloads ready in 50.0 s
shop rolled back: it exited with code 1, four times in 38 s. Plan 7 still serves

last lines of shop (plan 1)
  Error: connect ECONNREFUSED
  hidden
`);
  expect(cli.err()).toMatch(
    / {2}✘ shop {5}rolled-back: it exited.*\n {2}✔ api.*\n\nwhy and what was tried: {2}berth explain plan_shop\n$/,
  );
  expect(exit).toBe(1);
});

const held = { state: "held", stateReason: "it waits for somebody else to approve it" } as const;
const approval = { holds: [{ kind: "approval", rule: "two-eyes", message: "" }] } as const;

test("one that is held waits by itself: the others are followed until they are ready, and the exit status is 3", async () => {
  const answer = further(made, { shop: { ...held, ...approval } });
  const { exit, cli } = await deploying({
    accepted: { status: 202, answer },
    moments: [{ seconds: 9, answer: further(answer, { api: ready }) }],
  });
  expect(cli.out()).toBe(
    "2 of 3 workloads ready in 9.0 s\nshop held: it waits for somebody else to approve it (plan_shop)\n",
  );
  expect(cli.err()).toContain("shop · plan 1 · production · would stay on Cloud Run gcp europe-west2");
  expect(cli.err()).toMatch(
    /\n\nsomebody else lets it go: {2}berth approve plan_shop\ngive it up: {2}berth abort plan_shop\n$/,
  );
  expect(exit).toBe(3);
});

test("one of which all wait is not followed", async () => {
  const answer = further(made, { api: held, shop: held });
  const { exit, cli, broker } = await deploying({ accepted: { status: 202, answer } });
  expect(cli.out()).toMatch(/^api held: .*\nshop held: .*\n$/);
  expect(cli.err()).toContain("\n\nnothing was changed yet\n");
  expect(broker.calls).toHaveLength(1);
  expect(exit).toBe(3);
});

test("one that was handed on because its place was full is followed to its end", async () => {
  const next = { id: "plan_2", generation: 2, reason: "london is full", units: [aUnit(2, IRELAND)] };
  const { exit, cli } = await deploying({
    moments: [
      { seconds: 5, answer: further(made, { api: ready, shop: { ...next, ...progressing } }) },
      { seconds: 9, answer: further(made, { api: ready, shop: { ...next, ...ready } }) },
    ],
  });
  expect(cli.err()).toContain(
    "  ◐ shop     progressing, handed on to plan 2 on Fargate aws eu-west-1: london is full\n",
  );
  expect(cli.err()).toContain("  ✔ shop     ready\n");
  expect(exit).toBe(0);
});

test("one that somebody else overtook ends with exit status 3 and what serves", async () => {
  const theirs = aPlan(2, { workload: "shop", revision: "theirs" });
  const { exit, cli } = await deploying(
    { moments: [{ seconds: 5, answer: further(made, { api: ready, shop: { state: "superseded" } }) }] },
    { script: { "GET /v1/workloads/shop": () => ok({ ...aWorkload(theirs, []), generation: 2 }) } },
  );
  expect(cli.out()).toContain("\nshop superseded: plan 2 was committed meanwhile\n");
  expect(cli.err()).toContain("what serves now:  berth status shop\n");
  expect(exit).toBe(3);
});

test("--timeout and Ctrl-C stop the waiting, not the plans, and say how to go on", async () => {
  const { exit, cli } = await deploying(
    { moments: moments.slice(0, 2) },
    {},
    "deploy -f all.yaml --timeout 5",
  );
  expect(cli.err()).toMatch(
    new RegExp(
      `\n\nnot ready after 30.0 s; shop goes on by itself until ${at(900)}\nhow it goes: {2}berth status chg_1\n$`,
    ),
  );
  expect(exit).toBe(1);
  const clock = { now: START };
  const script = changeScript({ ...goesWell, moments: moments.slice(0, 1), clock });
  const broker = await scriptedBroker(script);
  const left = desk({ server: broker.url, files, clock });
  const running = left.run("deploy", "-f", "all.yaml");
  await expect.poll(() => left.err()).toContain("◐ shop");
  left.interrupt();
  expect(await running).toBe(1);
  expect(left.err()).toContain("stopped waiting; api, shop go on by themselves until ");
});

test("--no-wait, --redeploy, --emergency and --source-from-env are sent and kept", async () => {
  const variables = { GITHUB_ACTIONS: "true", GITHUB_SHA: "3f9d1c2", GITHUB_RUN_NUMBER: "7" };
  const line = "deploy -f all.yaml --no-wait --redeploy --source-from-env --emergency=fire";
  const { exit, cli, broker } = await deploying({}, { variables }, line);
  expect(broker.calls.map(({ body }) => body)).toEqual([
    {
      specs: ["api", "shop", "web"].map((name) => expect.objectContaining({ name })),
      source: { commit: "3f9d1c2", sequence: 7 },
      redeploy: true,
      emergency: { reason: "fire" },
    },
  ]);
  expect(cli.out()).toBe("accepted: 3 workloads (chg_1)\n");
  expect(cli.err()).toMatch(/\nhow it goes: {2}berth status chg_1\n$/);
  expect(exit).toBe(0);
});

test("berth deploy --change commits what was shown, and what changed meanwhile is told", async () => {
  const { exit, broker } = await deploying({}, {}, "deploy --change chg_1 --emergency fire");
  expect(broker.calls[0]?.body).toEqual({ change: "chg_1", emergency: { reason: "fire" } });
  expect(exit).toBe(0);
  const differences = [
    { workload: "web", changed: "prices", what: "expected price", from: "13.14", to: "26.28" },
  ];
  const changed = () => problem(409, "plan-changed", "It is no longer what it was.", { differences });
  const again = await deploying({}, { script: { "POST /v1/changes": changed } }, "deploy --change chg_1");
  expect(again.cli.err()).toContain("  prices   web: expected price  13.14 -> 26.28\n");
  expect(again.exit).toBe(1);
});

test("where nothing changes it says so and waits for nothing", async () => {
  const answer = further(made, { api: ready, shop: ready });
  const { exit, cli, broker } = await deploying({ accepted: { status: 200, answer } });
  expect(cli.out()).toBe("ready already · 3 workloads · $48.10 a month expected ($41.00 before)\n");
  expect(broker.calls).toHaveLength(1);
  expect(exit).toBe(0);
});

test("--json prints the API's last answer and nothing else on stdout", async () => {
  const { cli } = await deploying({}, {}, "deploy -f all.yaml --json");
  expect(JSON.parse(cli.out())).toEqual(moments[2]?.answer);
});

test("a change that somebody overtook names each workload and where it is now", async () => {
  const workloads = [{ workload: "web", generation: 16 }];
  const refused = () => problem(409, "generation-conflict", "Someone else was first.", { workloads });
  const { exit, cli } = await deploying({}, { script: { "POST /v1/changes": refused } });
  expect(cli.err()).toMatch(
    /^Someone else was first\.\n {2}web {2}is at plan 16 now\n\nSomeone else deployed/,
  );
  expect(exit).toBe(1);
});

test("berth status of a change shows how each of its plans stands, and what it waits for or how it ended", async () => {
  const answer = further(made, {
    api: progressing,
    shop: { state: "failed", stateReason: "it exited with code 1" },
  });
  const broker = await scriptedBroker({ "GET /v1/changes/chg_1": () => ok(answer) });
  const cli = desk({ server: broker.url });
  expect(await cli.run("status", "chg_1")).toBe(0);
  expect(cli.out()).toBe(`chg_1 · production · pending · $48.10 a month expected ($41.00 before)

  WORKLOAD  STATE        PLAN    PLACE                       WHY
  api       progressing  plan 1  Fargate aws eu-west-1       ecs/eu-west-1 ranks best
  shop      failed       plan 1  Cloud Run gcp europe-west2  it exited with code 1
  web       ready        plan 1  Cloud Run gcp europe-west2  nothing changes for it
`);
  const json = desk({ server: broker.url });
  await json.run("status", "chg_1", "--json");
  expect(JSON.parse(json.out())).toEqual(answer);
});
