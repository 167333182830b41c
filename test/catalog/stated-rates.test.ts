import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bookFrom, itemsOf } from "../../src/catalog/book-items.ts";
import { makeBook, type PriceBook, rateOf, tiersOf } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { CONFIDENCES } from "../../src/catalog/confidence.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { quote } from "../../src/catalog/quote.ts";
import { withSharedBalancer } from "../../src/catalog/shared-balancer.ts";
import { statedBook, statedUnits, withStated } from "../../src/catalog/stated-rates.ts";
import type { StatedRate } from "../../src/domain/account-rates.ts";
import { sum } from "../../src/domain/money.ts";
import { aService } from "./needs.ts";
import { requests } from "./requests.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const BOOK = builtInBook();

const stated = (changes: Partial<StatedRate> = {}): StatedRate => ({
  provider: "ecs",
  region: "eu-west-1",
  meter: "cpu-second",
  usd: "0.05",
  unit: "vCPU-hour",
  at: Date.parse("2026-11-20T23:00:00Z"),
  by: "token:ops",
  ...changes,
});
const bookWith = (...rates: readonly StatedRate[]) => withStated(BOOK, statedBook(rates, NOW));
const ask = { provider: "ecs", region: "eu-west-1", resources: { milliCpu: 1000, memoryMiB: 2048 } } as const;

test("a stated rate counts instead of the book's, and its line says who stated it, when, and what the book has", () => {
  const listed = rateOf(BOOK, {
    provider: "ecs",
    region: "eu-west-1",
    product: "linux-amd64",
    meter: "cpu-second",
  });
  const { lines } = quote({ ...ask, usage: { hours: 10 } }, bookWith(stated({ note: "offer 7" })));
  expect(lines[0]).toMatchObject({
    meter: "cpu-second",
    quantity: "10",
    unit: "vCPU-hour",
    rateUsd: "0.05",
    usd: "0.5",
    asOf: "2026-11-20",
    source: "stated by the account (token:ops)",
    confidence: "stated",
    rateId: "ecs/eu-west-1/linux-amd64/cpu-second@2026-11-20:0.05:stated",
    note: `offer 7; instead of the price book's ${listed?.usd} per vCPU-hour of ${listed?.asOf}`,
  });
  expect(lines[1]?.source).not.toContain("stated");
});

test("with a stated rate a place is priced that the book has no price for", () => {
  const needs = aService({ usage: { egressGiBPerMonth: 100 } });
  const unpriced = BOOK.regions
    .filter(({ provider }) => provider === "cloud-run")
    .find(
      ({ id, provider }) =>
        tiersOf(BOOK, { provider, region: id, product: "egress", meter: "egress-gib" }).length === 0,
    );
  const region = unpriced?.id ?? "";
  expect(cloudOffers("cloud-run", region, needs, BOOK)[0]).toMatchObject({ unknownMeters: ["egress-gib"] });
  const book = bookWith(
    stated({ provider: "cloud-run", region, meter: "egress-gib", unit: "GiB", usd: "0.12" }),
  );
  const [offer] = cloudOffers("cloud-run", region, needs, book);
  expect(offer?.price?.lines.find(({ meter }) => meter === "egress-gib")).toMatchObject({
    usd: "12",
    confidence: "stated",
  });
  expect(CONFIDENCES.indexOf(offer?.price?.confidence ?? "high")).toBeGreaterThan(0);
});

test("it is for its arch, system, market and billing alone; what is left out is as in a quote", () => {
  const confidenceOf = (rate: StatedRate, request: Partial<Parameters<typeof quote>[0]>) =>
    quote({ ...ask, usage: { hours: 1 }, ...request }, bookWith(rate)).lines[0]?.confidence;
  expect(confidenceOf(stated(), {})).toBe("stated");
  expect(confidenceOf(stated(), { arch: "arm64" })).not.toBe("stated");
  expect(confidenceOf(stated({ arch: "arm64" }), { arch: "arm64" })).toBe("stated");
  expect(confidenceOf(stated(), { spot: true })).not.toBe("stated");
  expect(confidenceOf(stated({ spot: true }), { spot: true })).toBe("stated");
  expect(confidenceOf(stated(), { os: "windows" })).not.toBe("stated");
  const run = { provider: "cloud-run", region: "europe-west1", unit: "vCPU-second" } as const;
  const onRun = { provider: run.provider, region: run.region, usage: { seconds: 100 } };
  expect(confidenceOf(stated(run), onRun)).toBe("stated");
  expect(confidenceOf(stated(run), { ...onRun, billing: "instance" })).not.toBe("stated");
  expect(confidenceOf(stated({ ...run, billing: "instance" }), { ...onRun, billing: "instance" })).toBe(
    "stated",
  );
});

test("a price in steps gives way as a whole, and a stated load balancer counts in Express Mode", () => {
  const egress = stated({ meter: "egress-gib", unit: "GiB", usd: "0.01" });
  const { lines } = quote({ ...ask, usage: { hours: 1, egressGiB: 100_000 } }, bookWith(egress));
  expect(lines.filter(({ meter }) => meter === "egress-gib").map(({ usd, note }) => [usd, note])).toEqual([
    ["1000", expect.stringContaining(", and steps")],
  ]);
  const book = bookWith(stated({ meter: "lb-hour", unit: "hour", usd: "1", region: "eu-west-1" }));
  const [offer] = cloudOffers("ecs", "eu-west-1", aService(), book);
  if (offer === undefined) throw new Error("Fargate has no offer in eu-west-1");
  const shared = withSharedBalancer(offer, {}, book, 2).price?.lines.find(({ meter }) => meter === "lb-hour");
  expect(shared).toMatchObject({ rateUsd: "1", confidence: "stated", usd: "365" });
});

test("what the account has for nothing stays with a price in the same unit, and with no other", () => {
  const region = "us-central1";
  const request = {
    provider: "cloud-run",
    region,
    resources: ask.resources,
    usage: { requests: 3_000_000 },
    free: true,
  } as const;
  const offIn = (book: PriceBook, meter: string) =>
    quote(request, book).lines.filter((line) => line.meter === meter && line.usd.startsWith("-"));
  const requestRate = stated({
    provider: "cloud-run",
    region,
    meter: "request",
    unit: "request",
    usd: "0.001",
  });
  expect(offIn(bookWith(requestRate), "request")).toMatchObject([{ usd: "-2000" }]);
  const perRequest = BOOK.cards.filter(({ meter }) => meter === "request");
  const inThousands = makeBook(
    BOOK.collected,
    perRequest.map((card) => ({ ...card, unit: "1000 requests" })),
    BOOK.regions,
  );
  expect(offIn(withStated(inThousands, statedBook([requestRate], NOW)), "request")).toEqual([]);
});

test("from its end on the book's price counts again, and without one there is none", () => {
  const ends = stated({ until: NOW });
  expect(statedBook([ends], NOW)).toBeUndefined();
  expect(statedBook([ends], NOW - 1)).toBeDefined();
  expect(withStated(BOOK, statedBook([ends], NOW))).toBe(BOOK);
});

test("the same rates make the same book whenever it is made, and it is read back as it was stored", () => {
  const rates = [stated(), stated({ arch: "arm64", until: NOW + 1_000, note: "until spring" })];
  const book = statedBook(rates, NOW);
  if (book === undefined) throw new Error("nothing counts");
  expect(statedBook(rates, NOW + 999)?.hash).toBe(book.hash);
  expect(statedBook(rates, NOW + 1_000)?.hash).not.toBe(book.hash);
  expect(bookFrom({ hash: book.hash, collected: book.collected, items: itemsOf(book) }).rates).toEqual(
    book.rates,
  );
});

test("what is counted by the second may be stated by the hour, and costs the same", () => {
  expect(statedUnits("cpu-second")).toEqual(["vCPU-second", "vCPU-hour"]);
  expect(statedUnits("lb-hour")).toEqual(["hour"]);
  const usdBy = (rate: StatedRate) => quote({ ...ask, usage: { hours: 1 } }, bookWith(rate)).lines[0]?.usd;
  expect(usdBy(stated({ usd: "0.0001", unit: "vCPU-second" }))).toBe("0.36");
  expect(usdBy(stated({ usd: "0.36", unit: "vCPU-hour" }))).toBe("0.36");
});

test("Spot beside an on-demand price of nothing is a share of nothing", () => {
  const { lines } = quote({ ...ask, usage: { hours: 1 }, spot: true }, bookWith(stated({ usd: "0" })));
  expect(lines[0]?.note).toMatch(/^Spot floats: as seen on [-0-9]+/);
  expect(lines[0]?.note).not.toContain("%");
  const own = quote({ ...ask, usage: { hours: 1 }, spot: true }, bookWith(stated({ spot: true }))).lines[0];
  expect(own?.note).not.toContain("floats");
});

test("a quote with stated rates sums to its lines, and differs from the book's in the lines of its meter only", () => {
  fc.assert(
    fc.property(requests, fc.integer({ min: 0, max: 1_000_000 }), (request, micro) => {
      const { provider, region, arch, os, spot, billing } = request;
      const rate = stated({
        provider,
        region,
        meter: "cpu-second",
        unit: "vCPU-second",
        usd: `${micro}e-6`,
        arch,
        os,
        spot,
        billing,
      });
      const usd = (micro / 1_000_000).toFixed(6);
      const before = quote({ ...request, free: false }, BOOK);
      const after = quote({ ...request, free: false }, bookWith({ ...rate, usd }));
      expect(after.totalUsd).toBe(sum(after.lines.map((line) => line.usd)));
      const rest = (lines: typeof before.lines) => lines.filter(({ meter }) => meter !== "cpu-second");
      expect(rest(after.lines)).toEqual(rest(before.lines));
      for (const line of after.lines.filter(({ meter }) => meter === "cpu-second"))
        expect(line).toMatchObject({ confidence: "stated", rateUsd: usd });
      expect(after.unknown).not.toContain("cpu-second");
    }),
    { numRuns: 60 },
  );
});
