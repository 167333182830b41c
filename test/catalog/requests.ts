import * as fc from "fast-check";
import { regionsOf } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import type { QuoteRequest } from "../../src/catalog/quote-request.ts";
import { CLOUDS } from "../../src/domain/place.ts";

const book = builtInBook();

/** Usage of any kind; what is left out is left to its default. */
export const usages = fc.record(
  {
    seconds: fc.integer({ min: 0, max: 5_000_000 }),
    requests: fc.integer({ min: 0, max: 100_000_000 }),
    requestMs: fc.integer({ min: 1, max: 60_000 }),
    concurrency: fc.integer({ min: 1, max: 1000 }),
    egressGiB: fc.integer({ min: 0, max: 200_000 }),
    interRegionGiB: fc.integer({ min: 0, max: 1000 }),
    logGiB: fc.integer({ min: 0, max: 1000 }),
    ipv4Hours: fc.integer({ min: 0, max: 10_000 }),
    natHours: fc.integer({ min: 0, max: 10_000 }),
    natGiB: fc.integer({ min: 0, max: 10_000 }),
    pullSeconds: fc.integer({ min: 0, max: 1000 }),
  },
  { requiredKeys: [] },
);

/** Requests that every cloud can hold: of any cloud, region, way of billing and usage. */
export const requests: fc.Arbitrary<QuoteRequest> = fc.constantFrom(...CLOUDS).chain((provider) =>
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
      usage: usages,
      billing: fc.constantFrom("request", "instance", "job", "worker-pool"),
      spot: fc.boolean(),
      arch: fc.constantFrom("amd64", "arm64"),
      os: fc.constantFrom("linux", "windows"),
      free: fc.boolean(),
    },
    { requiredKeys: ["provider", "region", "resources"] },
  ),
);
