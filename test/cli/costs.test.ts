import { expect, test } from "vitest";
import { desk } from "./desk.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

async function at80(script: Script) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, terminal: true, columns: 100 }) };
}

const BUDGET = {
  name: "shop",
  usdPerMonth: "250",
  select: { workloads: { team: "shop" } },
  ladder: [{ do: "warn", atPercent: 80, graceMinutes: 0 }],
  version: 1,
  month: "2026-11",
  spentUsd: "205.5",
  spentPercent: 82,
  spentKnown: true,
  reservedUsd: "240",
  capUsd: "250",
  blocksNew: false,
  steps: [
    {
      do: "warn",
      atPercent: 80,
      actsAt: "2026-11-22T02:00:00.000Z",
      actedAt: "2026-11-22T02:00:00.000Z",
      outcome: "announced",
    },
  ],
};
const amounts = (spentUsd: string) => ({ spentUsd, expectedUsd: "280", lowUsd: "250", highUsd: "301.4" });

test("berth costs shows what each workload has cost, what it will, and how much of its budget is used", async () => {
  const { cli } = await at80({
    "GET /v1/costs/forecast": () =>
      ok({
        month: "2026-11",
        how: "As things run now.",
        total: amounts("205.5"),
        workloads: [
          { key: "production/api", ...amounts("5.5"), budgets: [] },
          { key: "production/web", ...amounts("200"), budgets: ["shop"] },
        ],
      }),
    "GET /v1/budgets": () => ok({ budgets: [BUDGET] }),
  });
  expect(await cli.run("costs")).toBe(0);
  expect(cli.out()).toBe(`  WORKLOAD        SPENT IN 2026-11  BY ITS END  BETWEEN             BUDGET
  production/api  $5.50             $280.00     $250.00 to $301.40
  production/web  $200.00           $280.00     $250.00 to $301.40  shop 82 %
  all             $205.50           $280.00     $250.00 to $301.40
`);
});

test("berth costs shows what was billed and the drift only where a bill is in", async () => {
  const bill = { billedUsd: "214", comparedUsd: "200", driftUsd: "14" };
  const groups = [
    { key: "production/api", usd: "5.5", listUsd: "6", estimatedUsd: "1" },
    { key: "production/web", usd: "205", listUsd: "210", estimatedUsd: "0", ...bill },
  ];
  const { cli } = await at80({
    "GET /v1/costs/forecast": () =>
      ok({
        month: "2026-11",
        how: "As things run now.",
        total: { ...amounts("205.5"), ...bill },
        workloads: [
          { key: "production/api", ...amounts("5.5"), budgets: [] },
          { key: "production/web", ...amounts("200"), ...bill, budgets: [] },
        ],
      }),
    "GET /v1/budgets": () => ok({ budgets: [] }),
    "GET /v1/costs": () => ok({ groupBy: "workload", total: groups[1], groups }),
  });
  expect(await cli.run("costs")).toBe(0);
  expect(await cli.run("costs", "--by", "workload")).toBe(0);
  expect(cli.out())
    .toBe(`  WORKLOAD        SPENT IN 2026-11  BILLED   DRIFT    BY ITS END  BETWEEN             BUDGET
  production/api  $5.50                               $280.00     $250.00 to $301.40
  production/web  $200.00           $214.00  +$14.00  $280.00     $250.00 to $301.40
  all             $205.50           $214.00  +$14.00  $280.00     $250.00 to $301.40
  WORKLOAD        COST     BILLED   DRIFT    AT LIST PRICE  OF IT ESTIMATED
  production/api  $5.50                      $6.00          $1.00
  production/web  $205.00  $214.00  +$14.00  $210.00        $0.00
`);
});

test("berth costs --format hands the broker's file on as it is", async () => {
  const { cli, broker } = await at80({ "GET /v1/costs": () => ok({ any: "text" }) });
  expect(await cli.run("costs", "--format", "focus", "--from", "2026-10-01", "--by", "day")).toBe(0);
  expect(cli.out()).toBe('{"any":"text"}');
  expect(broker.calls.at(-1)?.query).toMatchObject({ format: "focus", from: "2026-10-01", groupBy: "day" });
});

test("berth costs explain names only what changed", async () => {
  const parts = {
    priceUsd: "0",
    usageUsd: "0",
    replicasUsd: "12.5",
    movesUsd: "-2",
    newUsd: "0",
    removedUsd: "0",
  };
  const change = { beforeUsd: "10", afterUsd: "20.5", changeUsd: "10.5", parts };
  const { cli } = await at80({
    "GET /v1/costs/explain": () =>
      ok({
        before: { from: "2026-11-08", to: "2026-11-15" },
        after: { from: "2026-11-15", to: "2026-11-22" },
        total: change,
        workloads: [{ workload: "production/web", ...change }],
        omitted: 0,
      }),
  });
  expect(await cli.run("costs", "explain")).toBe(0);
  expect(cli.out()).toBe(`  WORKLOAD        BEFORE  AFTER   CHANGE   BECAUSE OF
  production/web  $10.00  $20.50  +$10.50  replicas +$12.50, moves -$2.00
`);
});

test("berth budget set keeps what is not named, and a new budget needs its amount", async () => {
  let sent: unknown;
  const { cli } = await at80({
    "GET /v1/budgets/shop": () => ok(BUDGET),
    "GET /v1/budgets/new": () => problem(404, "not-found", "There is no budget new."),
    "PUT /v1/budgets/shop": ({ body }) => {
      sent = body;
      return ok(BUDGET);
    },
  });
  expect(await cli.run("budget", "set", "shop", "--ladder", "warn@80,stop@120+30")).toBe(0);
  expect(sent).toEqual({
    usdPerMonth: "250",
    select: BUDGET.select,
    ladder: [
      { do: "warn", atPercent: 80 },
      { do: "stop", atPercent: 120, graceMinutes: 30 },
    ],
  });
  expect(await cli.run("budget", "set", "new")).toBe(2);
  expect(await cli.run("budget", "set", "shop", "--ladder", "explode@10")).toBe(2);
  expect(cli.err()).toContain("warn, block-new, scale-down, move, stop");
});

test("berth budget set says up to what deploys may reserve, and when it refuses none", async () => {
  const { capUsd: _capUsd, ...uncapped } = BUDGET;
  const { cli } = await at80({
    "GET /v1/budgets/shop": () => ok(BUDGET),
    "PUT /v1/budgets/shop": ({ body }) =>
      ok(JSON.stringify(body).includes("block-new") ? BUDGET : { ...uncapped, ladder: [] }),
  });
  expect(await cli.run("budget", "set", "shop", "--ladder", "block-new@100")).toBe(0);
  expect(cli.out()).toContain("deploys may reserve $250.00 at most");
  expect(await cli.run("budget", "set", "shop", "--ladder", "stop@100+30")).toBe(0);
  expect(cli.out()).toContain("it refuses no deploy, for its ladder has no block-new");
});

test("berth budget list says what each did this month", async () => {
  const { cli } = await at80({ "GET /v1/budgets": () => ok({ budgets: [BUDGET] }) });
  expect(await cli.run("budget", "list")).toBe(0);
  expect(cli.out()).toBe(`  NAME  A MONTH  SPENT           RESERVED  THIS MONTH
  shop  $250.00  $205.50 (82 %)  $240.00   warn: announced
`);
});
