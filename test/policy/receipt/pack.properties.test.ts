import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pack } from "../../../src/policy/receipt/pack.ts";
import { unpack } from "../../../src/policy/receipt/unpack.ts";
import { market } from "./market.ts";

/** Few keys and few values, so that values repeat, follow from each other and differ in kind. */
const scalars = fc.oneof(
  fc.constantFrom<unknown>("", "a", "b", "0", 0, 1, -1, 1.5, 1e-7, true, false, null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "binary" }),
);
const keys = fc.constantFrom(
  "a",
  "b",
  "c",
  "usd",
  "quantity",
  "rateUsd",
  "expectedUsd",
  "lines",
  "__proto__",
);
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalars,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
  ),
}));

/** Bills whose amounts mostly, but not always, follow from quantity and rate. */
const decimals = fc.constantFrom("0", "1", "0.1", "-2.5", "1314000", "0.000011244", "1e3", "x", "0.10");
const bills = fc.record(
  {
    expectedUsd: decimals,
    lines: fc.array(fc.record({ quantity: decimals, rateUsd: decimals, usd: decimals }), { maxLength: 3 }),
    place: fc.constantFrom("p", "q"),
  },
  { requiredKeys: ["lines"] },
);

const roundTrip = (rows: readonly unknown[]) =>
  JSON.stringify(unpack(JSON.parse(JSON.stringify(pack(rows))), rows.length));

describe("packed columns", () => {
  test("give back any JSON, to the byte and with its keys in the same order", () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 30 }), (rows) => {
        expect(roundTrip(rows)).toBe(JSON.stringify(rows));
      }),
      { numRuns: 1_000 },
    );
  });

  test("give back bills, whether or not their amounts add up", () => {
    fc.assert(
      fc.property(fc.array(bills, { maxLength: 40 }), (rows) => {
        expect(roundTrip(rows)).toBe(JSON.stringify(rows));
      }),
      { numRuns: 1_000 },
    );
  });

  test("give back a whole market", () => {
    const offers = market(1_500);
    expect(roundTrip(offers)).toBe(JSON.stringify(offers));
  });

  test("leave out what is undefined, as JSON does", () => {
    expect(unpack(pack([{ a: undefined, b: 1 }, { b: 1 }]), 2)).toEqual([{ b: 1 }, { b: 1 }]);
  });

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [() => 1], [10n], [Symbol("s")]])(
    "refuse %s, which JSON cannot say",
    (value) => {
      expect(() => pack([value])).toThrow(TypeError);
    },
  );
});

test("a text written by an earlier version says today what it said then", () => {
  const lines = [
    "o",
    ["quantity", "rateUsd", "usd"],
    [
      ["d", ["v", ["3", "7.5"]], [0, 0, 2]],
      ["v", ["0.0000000000015", "2", "-1"]],
      ["x", 0, ["d", ["v", [0, ["9"]]], [0, 1, 0]]],
    ],
  ];
  const prices = [
    "o",
    ["lines", "expectedUsd"],
    [
      ["l", ["v", [2, 1]], lines],
      ["x", 1, ["c", 0]],
    ],
  ];
  expect(unpack(prices, 2)).toEqual([
    {
      lines: [
        { quantity: "3", rateUsd: "0.0000000000015", usd: "0.000000000005" },
        { quantity: "7.5", rateUsd: "2", usd: "15" },
      ],
      expectedUsd: "15.000000000005",
    },
    { lines: [{ quantity: "3", rateUsd: "-1", usd: "9" }], expectedUsd: "9" },
  ]);
  const places = [
    "o",
    ["region", "zone"],
    [
      ["d", ["v", ["a", "b"]], [0, 0, 1, 2]],
      ["f", 0, ["v", ["EU", "US"]]],
    ],
  ];
  expect(unpack(places, 4)).toEqual([
    { region: "a", zone: "EU" },
    { region: "b", zone: "US" },
    { region: "b", zone: "US" },
    { region: "a", zone: "EU" },
  ]);
  const mixed = [
    "u",
    ["v", [0, 1, 0]],
    [
      ["v", [1, 2]],
      ["v", ["x"]],
    ],
  ];
  expect(unpack(mixed, 3)).toEqual([1, "x", 2]);
});

describe("unpacking what nobody packed", () => {
  test.each<readonly [string, unknown]>([
    ["no column", 7],
    ["a column of no kind", ["z", 1]],
    ["fewer rows than said", ["v", [1]]],
    ["a column that follows from itself", ["o", ["a"], [["f", 0, ["v", [1, 2]]]]]],
    ["a derivation nobody knows", ["o", ["usd"], [["x", 9, ["c", 0]]]]],
    ["steps that are no numbers", ["d", ["v", [1, 2]], [0, "a"]]],
    ["steps further back than there are values", ["d", ["v", [1]], [0, 2]]],
    ["a list of absurd length", ["l", ["c", 1e9], ["c", 0]]],
  ])("is refused: %s", (_, column) => {
    expect(() => unpack(column, 2)).toThrow(TypeError);
  });
});
