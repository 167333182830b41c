import { Big } from "big.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { meterQuantities } from "../../src/catalog/meter-quantities.ts";
import type { PriceLine } from "../../src/domain/offer.ts";
import { quote } from "../../src/catalog/quote.ts";
import type { QuoteRequest } from "../../src/catalog/quote-request.ts";
import { isRequestBilled } from "../../src/catalog/run-time.ts";
import { requests, usages } from "./requests.ts";

const book = builtInBook();
const total = (request: QuoteRequest): Big => new Big(quote(request, book).totalUsd);
const totalOf = (lines: readonly PriceLine[]): Big =>
  lines.reduce((sum, { usd }) => sum.plus(usd), new Big(0));
/** What rounding every line to its last place may hide. */
const DUST = "0.0000001";

/** Amounts of every size: minimum times, tiers and allowances begin at small ones. */
const amounts = fc.oneof(fc.nat(400), fc.nat(12_000), fc.nat(5_000_000));
const steps = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.nat(1_000), fc.nat(1_000_000));

test("using more of anything never costs less", () => {
  const keys = [
    "seconds",
    "requests",
    "requestMs",
    "egressGiB",
    "interRegionGiB",
    "logGiB",
    "ipv4Hours",
    "natHours",
    "natGiB",
    "pullSeconds",
  ] as const;
  fc.assert(
    fc.property(
      requests,
      usages,
      fc.constantFrom(...keys),
      amounts,
      steps,
      (request, usage, key, amount, more) => {
        // That a request takes 0 ms says nothing of it, so it is no less than any other time.
        const least = key === "requestMs" ? 1 : 0;
        // Warm instances turn from idle to busy, which costs more; a meter that is unknown at more usage has no price to compare.
        const less = {
          ...request,
          ...noWarmForFree(request),
          usage: { requestMs: 100, requests: 0, seconds: 0, ...usage, [key]: amount + least },
        };
        const raised = { ...less, usage: { ...less.usage, [key]: amount + least + more } };
        const { lines, unknown } = quote(raised, book);
        const known = quote(less, book).lines.filter(({ meter }) => !unknown.some((one) => one === meter));
        expect(totalOf(lines).plus(DUST).gte(totalOf(known))).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
});

// Google's allowance is of busy time, not of warm instances' idle time: with it, being called can cost less than waiting.
const noWarmForFree = (request: QuoteRequest): Pick<QuoteRequest, "replicas"> =>
  isRequestBilled(request) && request.free === true ? { replicas: 0 } : {};

test("more replicas never cost less", () => {
  fc.assert(
    fc.property(requests, fc.nat(20), (request, more) => {
      const replicas = request.replicas ?? 1;
      expect(
        total({ ...request, replicas: replicas + more })
          .plus(DUST)
          .gte(total({ ...request, replicas })),
      ).toBe(true);
    }),
  );
});

test("a free allowance never costs, and never takes off more than there is, in all or of any kind of meter", () => {
  fc.assert(
    // Committed rates are where an allowance at list prices is worth more than what it is taken off from.
    fc.property(requests, fc.constantFrom(undefined, "0.000000001", "0.00001"), (any, own) => {
      const rates =
        own === undefined ? undefined : { "cpu-second": own, "memory-gib-second": own, request: own };
      const request = { ...any, rates };
      const paid = quote({ ...request, free: false }, book);
      const free = quote({ ...request, free: true }, book);
      // With an allowance as many more units have a known price, and what has none is in no total.
      if (paid.unknown.length === 0)
        expect(new Big(free.totalUsd).lte(new Big(paid.totalUsd).plus(DUST))).toBe(true);
      expect(new Big(free.totalUsd).gte(0)).toBe(true);
      for (const meter of new Set(free.lines.map((line) => line.meter))) {
        const left = free.lines
          .filter((line) => line.meter === meter)
          .reduce((sum, { usd }) => sum.plus(usd), new Big(0));
        expect(left.gte(0), meter).toBe(true);
        const unused = free.lines
          .filter((line) => line.meter === meter)
          .reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
        expect(unused.gte(0), meter).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test("a meter is either priced in full or named unknown, never something between", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const { lines, unknown, shape } = quote({ ...request, free: false }, book);
      for (const { meter, amount } of meterQuantities(request, shape)) {
        const own = lines.filter((line) => line.meter === meter);
        expect(own.length === 0, meter).toBe(unknown.includes(meter));
        if (own.length === 0 || meter.endsWith("-second")) continue;
        const counted = own.reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
        expect(counted.eq(amount.toFixed()), meter).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test("a quote holds at least what was asked for", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const { shape } = quote(request, book);
      expect(shape.milliCpu).toBeGreaterThanOrEqual(request.resources.milliCpu);
      expect(shape.memoryMiB).toBeGreaterThanOrEqual(request.resources.memoryMiB);
    }),
  );
});

test("a rate in the request is used as it is, for every meter, whatever the book says", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const rates = { "cpu-second": "0.001", "memory-gib-second": "0.0001", "egress-gib": "0.5" };
      for (const line of quote({ ...request, rates, free: false }, book).lines)
        if (Object.hasOwn(rates, line.meter)) {
          expect(line.rateUsd).toBe(Object.entries(rates).find(([meter]) => meter === line.meter)?.[1]);
          expect(line.rateId).toBeUndefined();
        }
    }),
  );
});
