import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBill } from "../../../src/cli/bill/read-bill.ts";
import { sum as sumOf } from "../../../src/domain/money.ts";
import { csvOf, MARKS, NAME, packed, type Row, rowOf, TAGS, UNIT } from "./bills.ts";

const NOW = Date.parse("2026-11-10T12:00:00Z");
const SOUGHT = { ...MARKS, account: "123456789012", settledBefore: NOW };

interface Given {
  readonly month?: string;
  readonly sought?: Partial<typeof SOUGHT>;
  readonly columns?: readonly string[];
  readonly pieces?: number;
}

/** What comes of files, read in pieces of so many bytes. */
async function read(files: readonly (string | Uint8Array)[], { month, sought, pieces = 97 }: Given = {}) {
  const said: string[] = [];
  const ctx = {
    openFile: async function* (name: string) {
      const bytes = Buffer.from(files[Number(name)] ?? "");
      for (let at = 0; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces);
    },
    stdin: { isTTY: false, async *[Symbol.asyncIterator]() {} },
    stderr: { write: (text: string) => void said.push(text), isTTY: false, columns: undefined },
    signal: new AbortController().signal,
  };
  return readBill(
    ctx,
    files.map((_file, at) => String(at)),
    { ...SOUGHT, ...sought },
    month,
  );
}
const one = async (over: Row, sought: Partial<typeof SOUGHT> = {}) =>
  read([csvOf([rowOf(over)])], { sought });

describe("a bill that is read", () => {
  const LINE = {
    unit: UNIT,
    day: "2026-10-03",
    meter: "cpu-second",
    category: "usage",
    effectiveUsd: "0.5",
    billedUsd: "0.45",
    listUsd: "0.6",
  };

  test("adds up by day, unit, meter and category, packed or not, in one file or several", async () => {
    const rows = [
      rowOf(),
      rowOf({ ChargePeriodStart: "2026-10-03T07:00:00Z" }),
      rowOf({ x_UsageType: "EU-Fargate-GB-Hours" }),
      rowOf({ ChargePeriodStart: "2026-10-04T00:00:00Z" }),
      rowOf({ ChargeCategory: "Tax", EffectiveCost: "7", BilledCost: "1" }),
    ];
    const lines = [
      { ...LINE, category: "tax", effectiveUsd: "7", billedUsd: "1" },
      { ...LINE, effectiveUsd: "1", billedUsd: "0.9", listUsd: "1.2" },
      { ...LINE, meter: "memory-gib-second" },
      { ...LINE, day: "2026-10-04" },
    ];
    const [whole, halves] = [csvOf(rows), [csvOf(rows.slice(0, 2)), packed(csvOf(rows.slice(2)))]];
    for (const files of [[whole], [packed(whole)], halves]) {
      const bill = await read(files);
      expect(bill).toMatchObject({ lines, rows: 5, wrong: 0, months: ["2026-10"] });
      expect(bill.days).toEqual({ first: Date.parse("2026-10-03"), last: Date.parse("2026-10-04") });
      expect([...bill.taken]).toEqual([
        ["usage", { rows: 4, usd: "2" }],
        ["tax", { rows: 1, usd: "1" }],
      ]);
    }
  });

  test("comes to exactly what its rows come to, in any order and however it is cut", async () => {
    const amount = fc.tuple(fc.integer({ min: -(10 ** 8), max: 10 ** 8 }), fc.nat(11)).map(([n, places]) => {
      const digits = String(Math.abs(n)).padStart(places + 1, "0");
      const at = digits.length - places;
      return `${n < 0 ? "-" : ""}${digits.slice(0, at)}${places === 0 ? "" : `.${digits.slice(at)}`}`;
    });
    const rows = fc.array(
      fc.record({
        amount,
        day: fc.integer({ min: 1, max: 5 }),
        unit: fc.constantFrom("0", "1"),
        category: fc.constantFrom("Usage", "Credit"),
      }),
      { minLength: 1, maxLength: 12 },
    );
    const cut = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.nat(12), fc.boolean());
    await fc.assert(
      fc.asyncProperty(rows, cut, async (some, [pieces, split, backwards]) => {
        const written = some.map((row) =>
          rowOf({
            BilledCost: row.amount,
            EffectiveCost: row.amount,
            ChargeCategory: row.category,
            ChargePeriodStart: `2026-10-0${row.day}T00:00:00Z`,
            Tags: JSON.stringify({ ...TAGS, "berth-unit": row.unit.repeat(40) }),
          }),
        );
        const files = [written.slice(0, split), written.slice(split)].map((part) => csvOf(part));
        const bill = await read(backwards ? files.toReversed() : files, { pieces });
        expect(sumOf(bill.lines.map(({ billedUsd }) => billedUsd))).toBe(
          sumOf(some.map((row) => row.amount)),
        );
        const keys = bill.lines.map(({ unit, day, category }) => `${unit} ${day} ${category}`);
        expect(new Set(keys).size).toBe(keys.length);
        expect(bill.lines).toEqual((await read([csvOf(written.toReversed())])).lines);
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, Row]>([
    ["Azure's tags without braces", { Tags: JSON.stringify(TAGS).slice(1, -1) }],
    [
      "a list of labels",
      { Tags: JSON.stringify(Object.entries(TAGS).map(([key, value]) => ({ key, value }))) },
    ],
    ["a provider's prefix", { Tags: JSON.stringify(prefixed((key) => `user:${key}`)) }],
    ["a path before the key", { Tags: JSON.stringify(prefixed((key) => `resourceTags/user:${key}`)) }],
    ["underscores", { Tags: JSON.stringify(prefixed((key) => `user_${key.replaceAll("-", "_")}`)) }],
    [
      "another case",
      { Tags: JSON.stringify(prefixed((key) => key.toUpperCase())).replace("inst-1", "INST-1") },
    ],
    ["only the unit's tag", { Tags: JSON.stringify({ "berth-unit": UNIT, team: "shop" }) }],
    ["minutes without seconds", { ChargePeriodStart: "2026-10-03T00:00Z" }],
    ["BigQuery's time", { ChargePeriodStart: "2026-10-03 05:00:00 UTC" }],
    ["an account as Azure writes it", { SubAccountId: "/subscriptions/123456789012" }],
    ["an exponent", { EffectiveCost: "5E-1", BilledCost: "4.5e-1", ListCost: "+0.6" }],
    ["Azure's name of the meter", { x_UsageType: "", SkuMeter: "Standard vCPU Duration" }],
  ])("is understood with %s", async (_title, over) => {
    const columns = [...Object.keys(rowOf()), "SkuMeter"];
    expect((await read([csvOf([rowOf(over)], columns)])).lines).toEqual([LINE]);
  });

  test.each([
    `arn:aws:ecs:eu-west-1:123456789012:service/berth/${NAME}`,
    `/subscriptions/1/resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroups/${NAME}-3`,
    `//run.googleapis.com/projects/p/locations/europe-west1/services/${NAME}`,
    NAME,
  ])("tells an untagged charge by the name in %s", async (ResourceId) => {
    expect((await one({ Tags: "", ResourceId })).lines).toMatchObject([{ unit: UNIT.slice(0, 30) }]);
  });

  test("keeps the provider's own name of what Berth does not meter, and a missing list price is none", async () => {
    const { lines } = await one({ x_UsageType: "EU-Requests-Tier1", ServiceName: "Amazon S3", ListCost: "" });
    expect(lines).toMatchObject([{ meter: "Amazon S3", listUsd: "0" }]);
    expect((await one({ x_UsageType: "", ServiceName: "" })).lines).toMatchObject([{ meter: "(none)" }]);
  });

  test.each<[string, Row]>([
    ["other-account", { SubAccountId: "210987654321" }],
    ["other-currency", { BillingCurrency: "EUR" }],
    ["not-settled", { ChargePeriodStart: "2026-11-10T00:00:00Z" }],
    ["unmarked", { Tags: '{"team":"shop"}' }],
    ["unmarked", { Tags: "berth? no JSON", ResourceId: `${NAME}x` }],
    ["unmarked", { Tags: JSON.stringify({ "my-berth-unit": UNIT }) }],
    ["other-installation", { Tags: JSON.stringify({ ...TAGS, "berth-installation": "inst-2" }) }],
    ["other-project", { Tags: JSON.stringify({ ...TAGS, "berth-project": "prj_b" }) }],
  ])("counts a row as %s and does not take it", async (why, over) => {
    const bill = await one(over);
    expect(bill.lines).toEqual([]);
    expect([...bill.passed.keys()]).toEqual([why]);
  });

  test("shows what of the account is not attributed with its sum, and takes its days for covered", async () => {
    const bill = await one({ Tags: "" });
    expect(bill.passed.get("unmarked")).toEqual({ rows: 1, usd: "0.5" });
    expect(bill.days).toEqual({ first: Date.parse("2026-10-03"), last: Date.parse("2026-10-03") });
  });

  test("takes every account's where the target names none, and a correction of a day before", async () => {
    const over = { SubAccountId: "9", ChargePeriodStart: "2026-09-30T00:00:00Z" };
    const bill = await read([csvOf([rowOf(over)])], { sought: { account: undefined as unknown as string } });
    expect(bill).toMatchObject({ lines: [{ day: "2026-09-30" }], days: undefined });
  });

  test("is of one month where one is named; else it says which there are", async () => {
    const rows = [rowOf(), rowOf({ BillingPeriodStart: "2026-09-01T00:00:00Z" })];
    expect((await read([csvOf(rows)])).months).toEqual(["2026-09", "2026-10"]);
    const october = await read([csvOf(rows)], { month: "2026-10" });
    expect(october).toMatchObject({ months: ["2026-10"], lines: [LINE] });
    expect(october.passed.get("other-month")).toEqual({ rows: 1, usd: "0" });
  });

  test.each<[Row, string]>([
    [{ ChargePeriodStart: "3 Oct" }, "0: row 2 has no ChargePeriodStart that is a time"],
    [{ BillingPeriodStart: "" }, "0: row 2 has no BillingPeriodStart that is a time"],
    [{ ChargeCategory: "Fine" }, '0: row 2 has the ChargeCategory "Fine"'],
    [{ BilledCost: "$1" }, "0: row 2 has a cost that is no number"],
    [{ EffectiveCost: "1e13" }, "0: row 2 has a cost that is no number"],
    [{ EffectiveCost: "1,000" }, "0: row 2 has a cost that is no number"],
  ])("counts what it cannot read, and says where: %j", async (over, firstWrong) => {
    expect(await read([csvOf([rowOf(), rowOf(over)])])).toMatchObject({ wrong: 1, firstWrong, rows: 2 });
  });

  test("counts a file's rows from its own beginning", async () => {
    const files = [csvOf([rowOf(), rowOf()]), csvOf([rowOf({ BilledCost: "" })])];
    expect((await read(files)).firstWrong).toBe("1: row 1 has a cost that is no number");
  });

  test("counts a row of another width", async () => {
    expect(await read([`${csvOf([rowOf()])}"a","b"\r\n`])).toMatchObject({
      wrong: 1,
      firstWrong: "0: row 2 has 2 fields, and the header 12",
    });
  });
});

const without = (...names: readonly string[]) => Object.keys(rowOf()).filter((name) => !names.includes(name));
test.each<[string, string | Uint8Array, string]>([
  ["an older FOCUS", csvOf([], [...without("ChargeCategory"), "ChargeType"]), "no column ChargeCategory"],
  ["no tags and no resources", csvOf([], without("Tags", "ResourceId")), "neither Tags nor ResourceId"],
  ["a column twice", csvOf([], [...without(), "Tags"]), "has the column Tags twice"],
  ["nothing", "", "0 is empty"],
  ["Parquet", Buffer.from("PAR1\u0015\u0004"), "is a Parquet file"],
  ["half an archive", packed(csvOf([rowOf()])).subarray(0, 60), "cannot be unpacked"],
  ["an open quote", `${csvOf([rowOf()])}"c`, "does not end"],
])("a file with %s is refused with a sentence", async (_title, file, says) => {
  await expect(read([file])).rejects.toThrow(says);
});

test("columns are found in any case and order, and strangers are passed by", async () => {
  const columns = ["x_Unheard", ...Object.keys(rowOf()).toReversed()];
  const text = csvOf([rowOf()], columns);
  const [head = "", ...rest] = text.split("\r\n");
  expect((await read([[head.toLowerCase(), ...rest].join("\r\n")])).lines).toHaveLength(1);
});

function prefixed(spell: (key: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(TAGS).map(([key, value]) => [spell(key), value]));
}
