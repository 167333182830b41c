import { Big } from "big.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtInBook, regionsOf } from "../../src/catalog/book.ts";
import { quote } from "../../src/catalog/quote.ts";
import type { QuoteRequest } from "../../src/catalog/quote-request.ts";
import { CLOUDS } from "../../src/domain/place.ts";

const book = builtInBook();

const requests: fc.Arbitrary<QuoteRequest> = fc.constantFrom(...CLOUDS).chain((provider) =>
  fc.record(
    {
      provider: fc.constant(provider),
      region: fc.constantFrom(...regionsOf(book, provider)),
      resources: fc.record({
        milliCpu: fc.integer({ min: 1, max: 4000 }),
        memoryMiB: fc.integer({ min: 1, max: 8192 }),
        ephemeralStorageGiB: fc.integer({ min: 0, max: 50 }),
      }),
      replicas: fc.integer({ min: 0, max: 50 }),
      usage: fc.record(
        {
          seconds: fc.integer({ min: 0, max: 5_000_000 }),
          requests: fc.integer({ min: 0, max: 100_000_000 }),
          requestMs: fc.integer({ min: 1, max: 60_000 }),
          concurrency: fc.integer({ min: 1, max: 1000 }),
        },
        { requiredKeys: [] },
      ),
      billing: fc.constantFrom("request", "instance", "job", "worker-pool"),
      spot: fc.boolean(),
      arch: fc.constantFrom("amd64", "arm64"),
    },
    { requiredKeys: ["provider", "region", "resources"] },
  ),
);

test("the total is exactly the sum of the lines, all of them plain decimals", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const { lines, totalUsd } = quote(request, book);
      const sum = lines.reduce((total, { usd }) => total.plus(usd), new Big(0));
      expect(totalUsd).toBe(sum.toFixed());
      for (const line of lines)
        for (const text of [line.quantity, line.rateUsd, line.usd]) expect(text).toMatch(/^\d+(\.\d+)?$/);
    }),
  );
});

test("a line's amount is its quantity times its rate, to a millionth of a cent", () => {
  fc.assert(
    fc.property(requests, (request) => {
      for (const { quantity, rateUsd, usd } of quote(request, book).lines)
        expect(new Big(quantity).times(rateUsd).minus(usd).abs().lt("0.00000001")).toBe(true);
    }),
  );
});

test("twice the replicas for the same time cost twice as much", () => {
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 20 }), (request, replicas) => {
      const always = { ...request, usage: { hours: 730 } };
      const one = quote({ ...always, replicas }, book).totalUsd;
      const two = quote({ ...always, replicas: replicas * 2 }, book).totalUsd;
      expect(new Big(one).times(2).minus(two).abs().lt("0.0000001")).toBe(true);
    }),
  );
});

test("whatever is charged and has no known price is named, and never counted as free", () => {
  const request = {
    provider: "aci",
    region: "westus",
    resources: { milliCpu: 1000, memoryMiB: 1024 },
  } as const;
  const { lines, unknown, notPriced } = quote(request, book);
  expect(lines).toEqual([]);
  expect(unknown).toEqual(["cpu-second", "memory-gib-second"]);
  expect(notPriced).toContain("cpu-second: no price is known for aci in westus");
});

test("rates in the request replace the book's, per second, and say where they are from", () => {
  const rates = { "cpu-second": "0.0001", "memory-gib-second": 0.00001 };
  const resources = { milliCpu: 1000, memoryMiB: 2048 };
  const answer = quote(
    { provider: "aci", region: "westus", resources, usage: { seconds: 1000 }, rates },
    book,
  );
  expect(answer).toMatchObject({ totalUsd: "0.12", unknown: [] });
  expect(answer.lines.map(({ source }) => source)).toEqual(["given in the request", "given in the request"]);
});

test("a size that nobody sells is refused with the field to change", () => {
  const resources = { milliCpu: 32_000, memoryMiB: 1024 };
  expect(() => quote({ provider: "cloud-run", region: "us-central1", resources }, book)).toThrowError(
    expect.objectContaining({
      code: "invalid-body",
      problems: [{ pointer: "/resources/cpu", message: expect.stringContaining("8 vCPU") }],
    }),
  );
});

test("what is not priced yet is said for each cloud, and Windows and free tiers where they are asked for", () => {
  const resources = { milliCpu: 1000, memoryMiB: 2048 };
  const { notPriced } = quote(
    { provider: "ecs", region: "us-east-1", resources, os: "windows", free: true },
    book,
  );
  expect(notPriced.map((sentence) => sentence.split(":")[0])).toEqual([
    "egress-gib",
    "log-gib",
    "ipv4-hour",
    "lb-hour",
    "lcu-hour",
    "nat-hour",
    "nat-gib",
    "os",
    "free",
  ]);
});

test("traffic and logs are priced where the request brings a rate for them", () => {
  const resources = { milliCpu: 1000, memoryMiB: 512 };
  const usage = { seconds: 0, egressGiB: 10, logGiB: "2.5" };
  const rates = { "egress-gib": "0.09", "log-gib": "0.5" };
  const answer = quote(
    { provider: "cloud-run", region: "us-central1", resources, replicas: 0, usage, rates },
    book,
  );
  expect(answer.totalUsd).toBe("2.15");
  expect(answer.notPriced).toEqual([]);
});

describe("the vendors' own examples", () => {
  test.each<[string, QuoteRequest, string]>([
    [
      "Fargate: five tasks with 30 GiB of storage, 10 minutes a day",
      {
        provider: "ecs",
        region: "us-east-1",
        resources: { milliCpu: 1000, memoryMiB: 2048, ephemeralStorageGiB: 30 },
        replicas: 5,
        usage: { seconds: 600 * 30 },
      },
      "1.26",
    ],
    [
      "Fargate: ten quarter-vCPU pods, an hour a day",
      {
        provider: "ecs",
        region: "us-east-1",
        resources: { milliCpu: 250, memoryMiB: 1024, ephemeralStorageGiB: 20 },
        replicas: 10,
        usage: { hours: 30 },
      },
      "4.37",
    ],
    [
      "Cloud Run by request: 10 M requests of 400 ms, committed rates, 2 M requests free",
      {
        provider: "cloud-run",
        region: "europe-west1",
        resources: { milliCpu: 1000, memoryMiB: 512 },
        usage: { requests: 10_000_000, requestMs: 400, concurrency: 1 },
        rates: { "cpu-second": "0.00001992", "memory-gib-second": "0.000002075", request: "0.0000002656" },
      },
      "86.49",
    ],
    [
      "Cloud Run by request: a function of 0.167 vCPU, without its free tier",
      {
        provider: "cloud-run",
        region: "europe-west1",
        resources: { milliCpu: 167, memoryMiB: 256 },
        usage: { requests: 10_000_000, requestMs: 200, concurrency: 1 },
      },
      "13.27",
    ],
    [
      "Cloud Run by instance: two instances all month in a Tier 2 region",
      {
        provider: "cloud-run",
        region: "europe-west3",
        resources: { milliCpu: 1000, memoryMiB: 512 },
        replicas: 2,
        billing: "instance",
      },
      "119.84",
    ],
  ])("%s", (_name, request, usd) => {
    expect(new Big(quote(request, book).totalUsd).toFixed(2)).toBe(usd);
  });
});
