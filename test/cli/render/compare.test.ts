import { describe, expect, test } from "vitest";
import { renderCompare, type CompareView } from "../../../src/cli/render/compare.ts";
import { compareEverywhere } from "../../../src/policy/compare.ts";
import { smallBook, webSpec } from "./web-spec.ts";

function compared(changes: Partial<CompareView> = {}, spec = webSpec()): string {
  const book = smallBook();
  const view = {
    ...compareEverywhere(spec, book),
    book,
    width: 80,
    all: false,
    lines: false,
    file: "web.yaml",
  };
  return renderCompare({ ...view, ...changes });
}

describe("a comparison looks as it did", () => {
  test.each<[string, Partial<CompareView>]>([
    ["at 80 columns", {}],
    ["on a wide terminal", { width: 140 }],
    ["with every place", { width: 120, all: true }],
    ["with the lines of each price", { lines: true }],
  ])("%s", async (name, changes) => {
    await expect(compared(changes)).toMatchFileSnapshot(`compare-${name.replaceAll(" ", "-")}.golden.txt`);
  });

  test("of a spec that no cloud takes", async () => {
    const text = compared(
      {},
      webSpec({ volumes: [{ name: "data", path: "/data", size: "10Gi", kind: "disk" }], user: "app" }),
    );
    await expect(text).toMatchFileSnapshot("compare-nothing.golden.txt");
  });

  test("of a worker", async () => {
    const worker = webSpec({ kind: "worker", port: undefined, usage: undefined, scale: { min: 1, max: 1 } });
    await expect(compared({}, worker)).toMatchFileSnapshot("compare-worker.golden.txt");
  });
});

test("no line is wider than the terminal, down to 80 columns", () => {
  for (const width of [80, 93, 100, 120, 200])
    for (const lines of [true, false])
      for (const line of compared({ width, lines, all: true }).split("\n"))
        expect(line.length, line).toBeLessThanOrEqual(width);
});

test("text carries no colour and no trailing blanks, so that a pipe reads what a person reads", () => {
  const text = compared({ lines: true, all: true });
  expect(text).not.toContain("\u001B");
  expect(text).not.toMatch(/[ \t]\n/);
});

test("every ranked place is shown with --all, and every refused one is counted", () => {
  const text = compared({ all: true, width: 200 });
  const { placement } = compareEverywhere(webSpec(), smallBook());
  for (const { offer } of placement.ranked) expect(text).toContain(offer.place.region);
  expect(text).not.toContain("--all");
  expect(text).toMatch(/not possible in \d+ places/);
});
