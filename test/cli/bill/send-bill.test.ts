import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { BillLine } from "../../../src/cli/bill/bill-sum.ts";
import { sendBill } from "../../../src/cli/bill/send-bill.ts";
import type { ApiRequest, Client } from "../../../src/cli/client.ts";
import { sum } from "../../../src/domain/money.ts";
import { MAX_BODY_BYTES } from "../../../src/routes/body-limit.ts";
import { UNIT } from "./bills.ts";

const lineOf = (over: Partial<BillLine> = {}): BillLine => ({
  unit: UNIT,
  day: "2026-10-03",
  meter: "cpu-second",
  category: "usage",
  effectiveUsd: "1",
  billedUsd: "1",
  listUsd: "1",
  ...over,
});

interface Page {
  readonly path: string;
  readonly query: ApiRequest["query"];
  readonly lines: readonly BillLine[];
}

/** A broker that keeps what has the right unit and says of the rest that it does not. */
async function send(lines: readonly BillLine[], dryRun = false) {
  const pages: Page[] = [];
  const answer = ({ path, query, body }: ApiRequest) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what sendBill sends
    const { lines: sent } = body as { readonly lines: readonly BillLine[] };
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(MAX_BODY_BYTES);
    pages.push({ path, query, lines: sent });
    const strange = sent.filter(({ unit }) => unit !== UNIT);
    const usd = sum(strange.map(({ effectiveUsd }) => effectiveUsd));
    const refused = {
      reason: "unknown-unit",
      message: "no such unit",
      count: strange.length,
      usd,
      example: "x",
    };
    return { kept: sent.length - strange.length, refused: strange.length === 0 ? [] : [refused] };
  };
  const client: Client = {
    server: "http://broker.test",
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the client's caller says what it expects
    call: async <T>(request: ApiRequest) => ({
      status: 200,
      body: answer(request) as T,
      headers: new Headers(),
    }),
    stream: async () => new ReadableStream(),
  };
  return { pages, sent: await sendBill(client, "/bill", lines, { id: "import 1", dryRun }) };
}

test("every line is sent once and in order, in numbered pages that the API takes", async () => {
  const line = fc.record({
    meter: fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 }),
    odd: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 40 }),
      fc.integer({ min: 1, max: 60 }),
      async (some, times) => {
        const lines = Array.from({ length: times }, () => some)
          .flat()
          .map(({ meter, odd }) => lineOf({ meter, ...(odd ? { unit: "f".repeat(40) } : {}) }));
        const { pages, sent } = await send(lines);
        expect(pages.flatMap((page) => page.lines)).toEqual(lines);
        expect(pages.map(({ path }) => path)).toEqual(
          pages.map((_page, at) => `/bill/imports/import%201/pages/${at + 1}`),
        );
        expect(pages.every((page) => page.lines.length > 0 && page.lines.length <= 500)).toBe(true);
        const strange = lines.filter(({ unit }) => unit !== UNIT).length;
        expect(sent.kept).toBe(lines.length - strange);
        expect(sent.refused.map(({ count, usd }) => [count, usd])).toEqual(
          strange === 0 ? [] : [[strange, String(strange)]],
        );
        expect(sent.pages).toBe(pages.filter((page) => page.lines.some(({ unit }) => unit === UNIT)).length);
      },
    ),
    { numRuns: 60 },
  );
});

test("lines with the longest names are cut by their bytes", async () => {
  const { pages } = await send(Array.from({ length: 500 }, () => lineOf({ meter: "計".repeat(120) })));
  expect(pages).toHaveLength(2);
});

test("a dry run says so with every page, and nothing is sent for no lines", async () => {
  expect((await send([lineOf()], true)).pages).toMatchObject([{ query: { dryRun: "true" } }]);
  expect((await send([lineOf()])).pages).toMatchObject([{ query: {} }]);
  expect((await send([])).sent).toEqual({ pages: 0, kept: 0, refused: [] });
});
