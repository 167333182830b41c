import { Big } from "big.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { regionsOf } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { firmQuote } from "../../src/catalog/firm-quote.ts";
import { readQuote } from "../../src/catalog/read-quote.ts";
import { Fault } from "../../src/domain/fault.ts";
import { CLOUDS } from "../../src/domain/place.ts";
import { type Body, byTheRules } from "./by-the-rules.ts";

const book = builtInBook();
const SEED = 20_261_123;
const BODIES = 3000;
const MILLIONTH = "0.000001";

const some = fc.constantFrom;
const usages = fc.record(
  {
    seconds: some(0, 0.05, 1, 59, 61.5, 300, 18_000, 2_628_000),
    requests: some(0, 1, 10, 81, 1000, 123_457, 10_000_000),
    requestMs: some(0, 1, 50, 100, 150, 400, 3601),
    concurrency: some(1, 7, 80, 1000),
    egressGiB: some(0, 1, 100, 150, 10_335, 20_000, 200_000),
    logGiB: some(0, 5, 50, 75.5),
  },
  { requiredKeys: [] },
);
const rates = fc.dictionary(
  some("cpu-second", "memory-gib-second", "ephemeral-gib-second", "request", "egress-gib", "log-gib"),
  some("0", "0.000003", "0.00002"),
  { noNullPrototype: true },
);
const bodies: fc.Arbitrary<Body> = some(...CLOUDS).chain((provider) =>
  fc.record(
    {
      provider: fc.constant(provider),
      region: some(...regionsOf(book, provider)),
      resources: fc.record(
        {
          cpu: some(0.08, 0.167, 0.25, 0.5, 0.75, 1, 1.3, 2, 3, 5, 8, 20),
          memory: some("256Mi", "512Mi", "700Mi", "1Gi", "2.15Gi", "2.2Gi", "7Gi", "16Gi", "30Gi", "130Gi"),
          ephemeralStorage: some("0Gi", "20Gi", "21Gi", "50Gi", "200Gi", "201Gi"),
        },
        { requiredKeys: ["cpu", "memory"] },
      ),
      usage: usages,
      replicas: some(0, 1, 3, 730),
      billing: some(...(["request", "instance", "job", "worker-pool"] as const)),
      spot: fc.boolean(),
      arch: some(...(["amd64", "amd64", "arm64"] as const)),
      os: some(...(["linux", "linux", "windows"] as const)),
      rates,
      free: fc.boolean(),
    },
    { requiredKeys: ["provider", "region", "resources", "usage"] },
  ),
);

/** The total of a quote, or `undefined` where it is refused with what to change. */
function quoted(body: Body): string | undefined {
  const read = readQuote(body);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  try {
    return firmQuote(read.request, book).totalUsd;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

test("a quote is what the vendors' rules make of the shipped figures, to a millionth of a dollar", () => {
  let priced = 0;
  fc.assert(
    fc.property(bodies, (body) => {
      const expected = byTheRules(body);
      const total = quoted(body);
      expect(total === undefined).toBe(expected === undefined);
      if (total === undefined || expected === undefined) return;
      priced += 1;
      expect(Big(total).minus(expected).abs().lte(MILLIONTH), `${total} for ${expected.toFixed(6)}`).toBe(
        true,
      );
    }),
    { seed: SEED, numRuns: BODIES },
  );
  expect(priced).toBeGreaterThan(BODIES / 4);
});
