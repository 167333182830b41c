import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hanging, renderTable, wrap } from "../../src/render/table.ts";

const words = fc
  .array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 30 })
  .map((list) => list.join(" "));

test("wrapping loses no word and keeps to the width, but for a word that is longer itself", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 60 }), (text, width) => {
      const lines = wrap(text, width);
      expect(lines.join(" ")).toBe(text);
      for (const line of lines) expect(line.length <= width || !line.includes(" ")).toBe(true);
    }),
  );
});

test("numbers line up on the right, whatever they are", () => {
  const columns = [{ title: "PLACE" }, { title: "USD", align: "right" }, { title: "WHY" }] as const;
  const amounts = fc.array(
    fc.integer({ min: 0, max: 1_000_000 }).map((cents) => (cents / 100).toFixed(2)),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(amounts, (list) => {
      const lines = renderTable(
        columns,
        list.map((usd) => ["here", usd, "so"]),
        { width: 80, indent: 2 },
      );
      const ends = lines.slice(1).map((line) => line.lastIndexOf(".") + 3);
      expect(new Set(ends).size).toBe(1);
    }),
  );
});

test("prose stands beside its row where there is room, below it where there is not", () => {
  const columns = [{ title: "A" }, { title: "WHY" }];
  const rows = [["x".repeat(30), "one two three four five six seven"]];
  expect(renderTable(columns, rows, { width: 80, indent: 0 })).toHaveLength(2);
  expect(renderTable(columns, rows, { width: 50, indent: 0 })).toEqual([
    "A",
    "x".repeat(30),
    "    one two three four five six seven",
  ]);
});

test("a row that is too wide even so starts with its first cell on a line of its own", () => {
  const columns = [{ title: "PLACE" }, { title: "SHAPE" }, { title: "WHY" }];
  const rows = [["p".repeat(30), "s".repeat(30), "because"]];
  expect(renderTable(columns, rows, { width: 50, indent: 2 })).toEqual([
    "  PLACE",
    "      SHAPE",
    `  ${"p".repeat(30)}`,
    `      ${"s".repeat(30)}`,
    "      because",
  ]);
});

test("text hangs below its lead", () => {
  expect(hanging("  lead  ", "one two three four five six seven eight", 40)).toEqual([
    "  lead  one two three four five six",
    "          seven eight".slice(2),
  ]);
});
