import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rowLists } from "../../src/store/row-lists.ts";
import { bytesOf, jsonOf, MAX_LIST_BYTES } from "../../src/store/row-size.ts";

const value = fc.option(fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" })), { nil: undefined });
const row = fc.record({ name: fc.string({ unit: "binary" }), body: value, labels: value });

test("every row's long texts are cut out again as they were put in, whatever characters they have", () => {
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      expect(unpacked(rows)).toEqual(
        rows.map(({ name, body, labels }) => ({
          name: name.toWellFormed(),
          body: json(body),
          labels: json(labels),
        })),
      );
    }),
  );
});

test("rows are cut into as many lists as the bytes of all their parameters take, in order and none left out", () => {
  const large = fc.record({ name: fc.string(), body: fc.integer({ min: 1, max: 440_000 }) });
  fc.assert(
    fc.property(fc.array(large, { maxLength: 12 }), (sizes) => {
      const rows = sizes.map(({ name, body }) => ({ name, body: "ü".repeat(body) }));
      const lists = listsOf(rows, ["body"]);
      for (const { entries, texts } of lists)
        expect(bytesOf(entries) + bytesOf(texts.get("body") ?? "")).toBeLessThanOrEqual(MAX_LIST_BYTES + 2);
      expect(unpacked(rows).map(({ name }) => name)).toEqual(rows.map(({ name }) => name.toWellFormed()));
      expect(unpacked(rows).map(({ body }) => body?.length)).toEqual(sizes.map(({ body }) => body + 2));
      for (const [at, { entries, texts }] of lists.slice(1).entries()) {
        const before = lists[at];
        const both = [before?.entries, before?.texts.get("body"), entries, texts.get("body")];
        expect(both.reduce((sum, text) => sum + bytesOf(text ?? ""), 0)).toBeGreaterThan(MAX_LIST_BYTES);
      }
    }),
    { numRuns: 10 },
  );
});

test("what a statement binds beside its list leaves the list that much less room", () => {
  const rows = Array.from({ length: 4 }, (_, at) => ({ name: `row ${at}`, body: "x".repeat(200_000) }));
  expect(listsOf(rows, ["body"]).length).toBe(1);
  const lists = listsOf(rows, ["body"], 300_000);
  expect(lists.map(({ entries }) => JSON.parse(entries).length)).toEqual([2, 2]);
});

test("a text with halves of surrogate pairs travels without them, and any other as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(jsonOf([text])).toBe(JSON.stringify([text.toWellFormed()]));
      expect(JSON.parse(jsonOf({ text: `${text}\ud83d` }))).toEqual({ text: `${text}\ud83d`.toWellFormed() });
    }),
  );
});

/** What SQL reads of the lists of these rows: names, and texts by their bytes. */
function unpacked(rows: readonly Readonly<Record<string, unknown>>[]) {
  return listsOf(rows, ["body", "labels"]).flatMap(({ entries, texts }) => {
    const list: readonly { name: string; body: Cut; labels: Cut }[] = JSON.parse(entries);
    const cut = (column: string, at: Cut) => {
      const bytes = new TextEncoder().encode(texts.get(column));
      return at === null ? null : new TextDecoder().decode(bytes.subarray(at[0] - 1, at[0] - 1 + at[1]));
    };
    return list.map(({ name, body, labels }) => ({
      name,
      body: cut("body", body),
      labels: cut("labels", labels),
    }));
  });
}

function listsOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
  besideBytes?: number,
) {
  const texts = columns.map((column) => [column, rows.map((one) => json(one[column]) ?? "")] as const);
  const plain = rows.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => !columns.includes(name))),
  );
  return rowLists(plain, new Map(texts), besideBytes);
}

type Cut = readonly [number, number] | null;

const json = (one: unknown) => (one === undefined || one === null ? null : jsonOf(one));
