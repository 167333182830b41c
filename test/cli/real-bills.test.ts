import { expect, test } from "vitest";
import { csvOf, packed, rowOf } from "./bill/bills.ts";
import { realBroker } from "./real-broker.ts";

const DAY_MS = 86_400_000;
/** Long enough ago to be settled. */
const DAY = new Date(Date.now() - 4 * DAY_MS).toISOString().slice(0, 10);
const MONTH = DAY.slice(0, 7);

const broker = realBroker({ "web.yaml": "name: web\nkind: worker\nimage: ghcr.io/acme/web:1\n" });
const { berth } = broker;

async function api<T>(path: string): Promise<T> {
  const { server, token } = broker.access;
  const response = await fetch(`${server}${path}`, { headers: { authorization: `Bearer ${token}` } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this test's broker says
  return (await response.json()) as T;
}

/** Somebody else's unit, which carries this project's mark all the same. */
const STRANGER = "f".repeat(40);

async function billOf(usd: string) {
  const { marks } = await api<{ marks: Record<string, string> }>("/v1/costs/bills/eu-west-1");
  const { units } = await api<{ units: readonly { id: string }[] }>("/v1/workloads/web");
  const tags = (over: Record<string, string> = {}) =>
    JSON.stringify({ ...marks, "berth-unit": units[0]?.id ?? "", ...over });
  const charge = (over: Readonly<Record<string, string>>) =>
    rowOf({
      BillingPeriodStart: `${MONTH}-01T00:00:00.000Z`,
      ChargePeriodStart: `${DAY}T00:00:00.000Z`,
      Tags: tags(),
      ...over,
    });
  return packed(
    csvOf([
      charge({ EffectiveCost: usd, BilledCost: usd }),
      charge({ x_UsageType: "EU-Fargate-GB-Hours", EffectiveCost: "0.25", BilledCost: "0.25" }),
      charge({ ChargeCategory: "Credit", EffectiveCost: "-1", BilledCost: "-1" }),
      charge({ Tags: "", EffectiveCost: "40" }),
      charge({ Tags: tags({ "berth-project": "prj_other" }) }),
      charge({ Tags: tags({ "berth-unit": STRANGER }) }),
      charge({ BillingCurrency: "EUR" }),
    ]),
  );
}

test("a provider's bill is shown, put in force, read beside what was metered, and imported again without doubling", async () => {
  expect((await berth("target add sandbox --simulates aws --region eu-west-1")).exit).toBe(0);
  const deployed = await berth("deploy -f web.yaml --timeout 60");
  expect(deployed, deployed.err).toMatchObject({ exit: 0 });
  const bytes = { "bill.csv.gz": await billOf("1.5") };
  const line = "costs import --target eu-west-1 -f bill.csv.gz";

  const dry = await berth(`${line} --dry-run`, { bytes });
  expect(dry, dry.err).toMatchObject({ exit: 0, err: "dry run: nothing was changed\n" });
  expect(dry.out).toContain(`eu-west-1 · ${MONTH} · ${DAY} to ${DAY}\n`);
  for (const row of [
    /^ {2}usage +3 +\$2\.25 +2 units, 1 day, as 4 lines$/m,
    /^ {2}credit +1 +-\$1\.00 +shown apart$/m,
    /^ {2}not taken +1 +\$40\.00 +carry no mark of Berth: not stored$/m,
    /^ {2}not taken +1 +\$0\.50 +of another project$/m,
    /^ {2}not taken +1 +not in USD: /m,
    /^ {2}refused +1 +\$0\.50 +1 line of 4: no unit of this project at this target has/m,
  ])
    expect(dry.out).toMatch(row);
  expect(await api("/v1/costs/bills/eu-west-1")).toMatchObject({ bills: [] });

  expect(await berth(line, { bytes })).toMatchObject({
    exit: 2,
    err: expect.stringContaining("Say it beforehand:  --yes"),
  });
  expect(await api("/v1/costs/bills/eu-west-1")).toMatchObject({ bills: [] });

  const asked = await berth(line, { bytes, terminal: true, stdin: "y\n" });
  expect(asked, asked.err).toMatchObject({ exit: 0 });
  expect(asked.out).toMatch(/^in force: billed \$1\.75, metered \$0\.00 on the same days, drift \+\$1\.75$/m);
  const question = `/v1/costs?from=${MONTH}-01&to=${dayAfter(DAY)}&groupBy=meter`;
  const once = await api(question);
  expect(once).toMatchObject({
    total: { usd: "0", billedUsd: "1.75", driftUsd: "1.75", bill: { creditUsd: "-1" } },
    groups: [
      { key: "cpu-second", billedUsd: "1.5" },
      { key: "memory-gib-second", billedUsd: "0.25" },
    ],
  });
  expect((await berth(`${line} --yes`, { bytes })).exit).toBe(0);
  expect(without(await api(question))).toEqual(without(once));

  const parts = {
    "bill.csv.gz": await billOf("3"),
    "two.csv.gz": await billOf("1"),
    "three.csv.gz": await billOf("2"),
  };
  const next = await berth(`${line} two.csv.gz three.csv.gz --yes --json`, { bytes: parts });
  expect(JSON.parse(next.out)).toMatchObject({ month: MONTH, rows: 21, lines: 3, usageUsd: "8.25" });
  const table = await berth(`costs --by workload --from ${MONTH}-01 --to ${dayAfter(DAY)}`);
  expect(table.out).toMatch(/^ {2}WORKLOAD +COST +BILLED +DRIFT +AT LIST PRICE +OF IT ESTIMATED$/m);
  expect(table.out).toMatch(/^ {2}production\/web +\$0\.00 +\$6\.75 +\+\$6\.75 /m);
  const focus = await berth(`costs --format focus --from ${MONTH}-01 --to ${dayAfter(DAY)}`);
  expect(focus.out.match(/,billed,/g)).toHaveLength(3);
}, 120_000);

test("what is no bill of that target's month changes nothing, and says why", async () => {
  const imported = (file: string, more = "") =>
    berth(`costs import --target eu-west-1 -f ${file} --yes${more}`, {
      files: {
        "broken.csv": csvOf([rowOf({ BilledCost: "much" })]),
        "months.csv": csvOf([rowOf({ Tags: "" }), rowOf({ Tags: "", BillingPeriodStart: "2026-09-01" })]),
        "young.csv": csvOf([rowOf({ ChargePeriodStart: new Date().toISOString() })]),
      },
    });
  const before = await api("/v1/costs/bills/eu-west-1");
  expect(await imported("broken.csv")).toMatchObject({
    exit: 1,
    err: expect.stringMatching(/^1 of 1 rows cannot be read, so nothing was changed\nbroken.csv: row 1 /),
  });
  expect(await imported("months.csv")).toMatchObject({
    exit: 2,
    err: expect.stringContaining("2026-09, 2026-10"),
  });
  expect(await imported("young.csv")).toMatchObject({
    exit: 1,
    err: expect.stringContaining("no settled usage"),
  });
  expect(await imported("none.csv")).toMatchObject({ exit: 2, err: expect.stringContaining("no such file") });
  expect(await imported("months.csv", " --month October")).toMatchObject({ exit: 2 });
  expect(await api("/v1/costs/bills/eu-west-1")).toEqual(before);
});

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}

/** What changes from one moment to the next: when bills were imported, and how far the meter was behind. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(["importedAt", "behindSince"]);

const without = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (key, value: unknown) => (OF_THE_MOMENT.has(key) ? undefined : value)));
