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

test("what a cell lists goes below each other where the line is too short for it, and prose stays beside", () => {
  const columns = [
    { title: "NAME" },
    { title: "ON" },
    { title: "USD", align: "right" },
    { title: "WHY" },
  ] as const;
  const rows = [
    ["web", "Fargate eu-west-1, ACI westeurope, Cloud Run europe-west1", "9.00", "it was refused there"],
    ["api", "ACI westeurope", "10.00", "it stays"],
  ];
  expect(renderTable(columns, rows, { width: 55, indent: 2 })).toEqual([
    "  NAME  ON                        USD",
    "  web   Fargate eu-west-1,       9.00",
    "        ACI westeurope,",
    "        Cloud Run europe-west1",
    "      it was refused there",
    "  api   ACI westeurope          10.00",
    "      it stays",
  ]);
  expect(renderTable(columns, rows, { width: 70, indent: 2 })).toEqual([
    "  NAME  ON                        USD  WHY",
    "  web   Fargate eu-west-1,       9.00  it was refused there",
    "        ACI westeurope,",
    "        Cloud Run europe-west1",
    "  api   ACI westeurope          10.00  it stays",
  ]);
  expect(renderTable(columns, rows, { width: 120, indent: 2 })).toHaveLength(3);
});

test("a table of any cells keeps to its width, but for a word or a number that is longer itself, and loses no word", () => {
  const cell = fc
    .array(fc.stringMatching(/^[a-z]{1,10}(, )?$/), { minLength: 1, maxLength: 12 })
    .map((list) => list.map((word) => word.trim()).join(" "));
  const row = fc.tuple(
    fc.stringMatching(/^[a-z]{1,30}$/),
    cell,
    cell,
    fc.constantFrom("1.00", "123.45"),
    words,
  );
  const columns = [
    { title: "NAME" },
    { title: "NOW" },
    { title: "THEN" },
    { title: "USD", align: "right" },
    { title: "WHY" },
  ] as const;
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 60, max: 200 }),
      (rows, width) => {
        const lines = renderTable(columns, rows, { width, indent: 2 });
        for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width);
        const said = (text: string): readonly string[] =>
          text
            .split(/\s+/)
            .filter((word) => word !== "")
            .toSorted();
        const titles = lines.join(" ").includes("WHY") ? [] : ["WHY"];
        expect([...said(lines.join(" ")), ...titles].toSorted()).toEqual(
          said([...columns.map(({ title }) => title), ...rows.flat()].join(" ")),
        );
      },
    ),
    { examples: [[[["a", "a", "a, aaaaaaaaaa, aaaa, aaa aaaaaaaaaa", "123.45", "a"]], 60]] },
  );
});
