import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openCsv } from "../../../src/cli/bill/csv-records.ts";

const field = fc.string({ unit: fc.constantFrom("a", "Ä", '"', ",", "\r", "\n", " ", "{") });
const record = fc.array(field, { minLength: 1, maxLength: 5 }).filter((fields) => fields.join("") !== "");
const written = (records: readonly (readonly string[])[], end: string, bare: boolean) =>
  records
    .map((fields) =>
      fields
        .map((text) => (bare && !/[",\r\n]/.test(text) ? text : `"${text.replaceAll('"', '""')}"`))
        .join(","),
    )
    .join(end);

function read(pieces: readonly string[]) {
  const csv = openCsv("bill.csv");
  return [...pieces.flatMap((piece) => csv.push(piece)), ...csv.end()];
}

test("what was written as CSV is read back, however it is quoted and cut into pieces", () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 6 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      fc.constantFrom("", "last"),
      fc.array(fc.nat(60), { maxLength: 8 }),
      (records, end, bare, after, cuts) => {
        const text = written(records, end, bare) + (after === "last" && records.length > 0 ? end : "");
        const at = [
          0,
          ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b),
          text.length,
        ];
        const pieces = at.slice(1).map((to, n) => text.slice(at[n], to));
        expect(read(pieces)).toEqual(records);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a mark at the beginning, empty lines and empty fields at the end are taken for what they are", () => {
  expect(read(["\uFEFFa,b\r\n", "\r\n,\n", "x,"])).toEqual([
    ["a", "b"],
    ["", ""],
    ["x", ""],
  ]);
});

test("a quote that is never closed is said with its row, and not read to the end of time", () => {
  expect(() => read(['a\nb\n"c,d\ne'])).toThrow("bill.csv: the row after row 2 does not end");
  const endless = openCsv("bill.csv");
  expect(() => {
    for (let piece = 0; piece < 40; piece += 1) endless.push(`"${"x".repeat(65_536)}""`);
  }).toThrow("the row after row 0 does not end");
});
