import { Big } from "big.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { quote } from "../../src/catalog/quote.ts";
import { requests } from "./requests.ts";

const book = builtInBook();

test("the total is exactly the sum of the lines, all of them plain decimals", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const { lines, totalUsd } = quote(request, book);
      const sum = lines.reduce((total, { usd }) => total.plus(usd), new Big(0));
      expect(totalUsd).toBe(sum.toFixed());
      for (const line of lines)
        for (const text of [line.quantity, line.rateUsd, line.usd]) expect(text).toMatch(/^-?\d+(\.\d+)?$/);
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
      const always = { ...request, usage: { hours: 730 }, free: false };
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

test("nothing is priced that the request does not name", () => {
  const resources = { milliCpu: 1000, memoryMiB: 2048 };
  const { lines } = quote({ provider: "ecs", region: "us-east-1", resources, usage: { hours: 1 } }, book);
  expect(lines.map(({ meter }) => meter)).toEqual(["cpu-second", "memory-gib-second"]);
});

test("a rate for an address, a balancer or a gateway names it, for as long as a replica runs", () => {
  const rates = { "ipv4-hour": "0.005", "lb-hour": "0.0225", "nat-hour": "0.045", "nat-gib": "0.045" };
  const { lines } = quote(
    {
      provider: "ecs",
      region: "us-east-1",
      resources: { milliCpu: 1000, memoryMiB: 2048 },
      replicas: 3,
      usage: { hours: 10, egressGiB: 7 },
      rates,
    },
    book,
  );
  const of = (meter: string) => lines.find((line) => line.meter === meter)?.quantity;
  expect([of("ipv4-hour"), of("lb-hour"), of("nat-hour"), of("nat-gib")]).toEqual(["30", "10", "10", "7"]);
  const resources = { milliCpu: 1000, memoryMiB: 2048 };
  const one = quote({ provider: "ecs", region: "us-east-1", resources, rates: { "ipv4-hour": "1" } }, book);
  expect(one.lines.at(-1)).toMatchObject({ meter: "ipv4-hour", quantity: "730" });
});

test("addresses, gateways, logs and traffic between regions are priced from the book where usage names them", () => {
  const usage = { seconds: 0, ipv4Hours: 100, natHours: 10, natGiB: 2, logGiB: 4, interRegionGiB: 50 };
  const { lines, unknown } = quote(
    { provider: "ecs", region: "us-east-1", resources: { milliCpu: 250, memoryMiB: 512 }, usage },
    book,
  );
  expect(lines.map(({ meter, usd }) => [meter, usd])).toEqual([
    ["ipv4-hour", "0.5"],
    ["nat-hour", "0.45"],
    ["nat-gib", "0.09"],
    ["inter-region-gib", "1"],
    ["log-gib", "2"],
  ]);
  expect(unknown).toEqual([]);
});

test("Windows pays its licence by the vCPU: a rate of its own on Fargate, a software charge on Container Instances", () => {
  const resources = { milliCpu: 1000, memoryMiB: 2048 };
  const usage = { hours: 1 };
  const fargate = quote({ provider: "ecs", region: "us-east-1", resources, usage, os: "windows" }, book);
  expect(fargate.lines.map(({ meter, rateUsd }) => [meter, rateUsd])).toEqual([
    ["cpu-second", "0.046552"],
    ["memory-gib-second", "0.00511175"],
    ["os-cpu-second", "0.046"],
  ]);
  const aci = quote({ provider: "aci", region: "westeurope", resources, usage, os: "windows" }, book);
  expect(aci.lines.at(-1)).toMatchObject({ meter: "os-cpu-second", usd: "0.0432", unit: "vCPU-second" });
});

test("Spot is a share of on-demand on a day and says so; an old figure says how sure it is", () => {
  const resources = { milliCpu: 1000, memoryMiB: 2048 };
  const spot = (region: string) => quote({ provider: "ecs", region, resources, spot: true }, book).lines[0];
  expect(spot("us-east-1")?.note).toBe("Spot floats: as seen on 2026-09-28, 32 % of on-demand");
  expect(spot("eu-central-1")).toMatchObject({
    confidence: "low",
    note: expect.stringContaining("old Spot price"),
  });
  expect(quote({ provider: "ecs", region: "ap-northeast-3", resources, spot: true }, book).unknown).toEqual([
    "cpu-second",
    "memory-gib-second",
  ]);
});

test("every line of the book names its row, so that the figure can be found again", () => {
  const resources = { milliCpu: 1000, memoryMiB: 512 };
  const [line] = quote(
    { provider: "cloud-run", region: "us-central1", resources, usage: { seconds: 1 } },
    book,
  ).lines;
  expect(line).toMatchObject({
    rateId: "cloud-run/us-central1/request/cpu-second@2025-12-01:0.000024",
    confidence: "high",
  });
});

test("requests without their time are counted alone, and the rest is said to be missing", () => {
  const { lines, notPriced } = quote(
    {
      provider: "cloud-run",
      region: "us-central1",
      resources: { milliCpu: 1000, memoryMiB: 512 },
      usage: { requests: 1_000_000 },
    },
    book,
  );
  expect(lines.map(({ meter, usd }) => [meter, usd])).toEqual([["request", "0.4"]]);
  expect(notPriced).toEqual([expect.stringContaining("usage.requestMs")]);
});
