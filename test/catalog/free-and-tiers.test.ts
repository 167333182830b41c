import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { quote } from "../../src/catalog/quote.ts";
import type { QuoteRequest } from "../../src/catalog/quote-request.ts";

const book = builtInBook();
const ONE = { milliCpu: 1000, memoryMiB: 512 };

const run = (usage: QuoteRequest["usage"], more: Partial<QuoteRequest> = {}) =>
  quote({ provider: "cloud-run", region: "us-central1", resources: ONE, usage, free: true, ...more }, book);
const negative = (answer: ReturnType<typeof quote>) =>
  answer.lines
    .filter(({ usd }) => usd.startsWith("-"))
    .map(({ meter, quantity, usd }) => [meter, quantity, usd]);

describe("Cloud Run's free tier", () => {
  test("takes the units off where a unit costs what it is worth", () => {
    expect(negative(run({ seconds: 1_000_000, requests: 5_000_000 }))).toEqual([
      ["cpu-second", "-180000", "-4.32"],
      ["memory-gib-second", "-360000", "-0.9"],
      ["request", "-2000000", "-0.8"],
    ]);
  });

  test("is the same money in a Tier 2 region, so fewer units", () => {
    expect(negative(run({ seconds: 1_000_000 }, { region: "europe-west3" }))).toEqual([
      ["cpu-second", "-128571.428571428571", "-4.32"],
      ["memory-gib-second", "-257142.857142857143", "-0.9"],
    ]);
  });

  test("does not lend what memory leaves over to CPU at list prices", () => {
    // 300,000 vCPU-s and 150,000 GiB-s: memory is within its allowance, CPU pays for 120,000.
    expect(run({ seconds: 300_000 }).totalUsd).toBe("2.88");
  });

  test("is each product's own, and says that it is the whole account's", () => {
    const worker = run({ hours: 730 }, { billing: "worker-pool" });
    expect(worker.lines.at(-1)?.note).toBe("free tier: 728744 GiB-second a month for the whole account");
    expect(negative(run({ hours: 730 }, { billing: "instance" }))[0]).toEqual([
      "cpu-second",
      "-240000",
      "-4.32",
    ]);
  });

  test("is not taken off unless asked", () => {
    expect(negative(run({ seconds: 1_000_000 }, { free: false }))).toEqual([]);
  });
});

describe("allowances of units", () => {
  test("requests come off at the rate they are charged, as many whatever it is", () => {
    const rates = { "cpu-second": "0", "memory-gib-second": "0", request: "0.000000332" };
    expect(negative(run({ seconds: 1, requests: 10_000_000 }, { rates }))).toEqual([
      ["request", "-2000000", "-0.664"],
    ]);
  });

  test("the first logs of a project on Google, and of an account on AWS, come off where it is asked", () => {
    const logs = (provider: "ecs" | "cloud-run", region: string, logGiB: number) =>
      run({ seconds: 0, logGiB }, { provider, region });
    const google = logs("cloud-run", "us-central1", 80);
    expect(google.totalUsd).toBe("15");
    expect(google.lines.at(-1)?.note).toBe("free tier: 50 GiB a month for the whole project");
    expect(logs("cloud-run", "us-central1", 50).totalUsd).toBe("0");
    expect(logs("ecs", "us-east-1", 15).totalUsd).toBe("5");
    expect(run({ seconds: 0, logGiB: 80 }, { free: false }).totalUsd).toBe("40");
  });

  test("an allowance that is a tier comes off before a rate of one's own", () => {
    const answer = run(
      { seconds: 0, egressGiB: 150 },
      { provider: "aci", region: "westeurope", rates: { "egress-gib": "0.05" } },
    );
    expect(answer.lines.map(({ quantity, usd }) => [quantity, usd])).toEqual([
      ["100", "0"],
      ["50", "2.5"],
    ]);
    const within = run(
      { seconds: 0, egressGiB: 60 },
      { provider: "aci", region: "westeurope", rates: { "egress-gib": "0.05" } },
    );
    expect(within.totalUsd).toBe("0");
  });
});

describe("prices in tiers", () => {
  const egress = (provider: "ecs" | "aci" | "cloud-run", region: string, egressGiB: number, free = false) =>
    quote({ provider, region, resources: ONE, usage: { seconds: 0, egressGiB }, free }, book);
  const parts = (answer: ReturnType<typeof quote>) =>
    answer.lines.map(({ quantity, rateUsd }) => [quantity, rateUsd]);

  test("AWS's tiers begin where its free traffic ends: 100 GiB more at the first rate, and those taken off", () => {
    const answer = egress("ecs", "us-east-1", 11_240, true);
    expect(parts(answer)).toEqual([
      ["10340", "0.09"],
      ["900", "0.085"],
      ["-100", "0.09"],
    ]);
    expect(answer.totalUsd).toBe("998.1");
  });

  test("each part of an amount pays its own tier", () => {
    expect(parts(egress("ecs", "us-east-1", 11_240))).toEqual([
      ["10240", "0.09"],
      ["1000", "0.085"],
    ]);
  });

  test("an allowance that is a tier is used up by others unless it is asked for", () => {
    expect(parts(egress("aci", "westeurope", 300))).toEqual([["300", "0.087"]]);
    expect(parts(egress("aci", "westeurope", 300, true))).toEqual([
      ["100", "0"],
      ["200", "0.087"],
    ]);
  });

  test("AWS's 100 GiB come off as a line of their own", () => {
    expect(parts(egress("ecs", "us-east-1", 300, true))).toEqual([
      ["300", "0.09"],
      ["-100", "0.09"],
    ]);
    expect(egress("ecs", "us-east-1", 60, true).totalUsd).toBe("0");
  });

  test("an amount past the last known tier is unknown, all of it", () => {
    expect(egress("ecs", "us-east-1", 153_600).unknown).toEqual([]);
    const { lines, unknown, notPriced } = egress("ecs", "us-east-1", 200_000);
    expect([lines, unknown]).toEqual([[], ["egress-gib"]]);
    expect(notPriced[0]).toContain("egress-gib: no price is known for ecs in us-east-1 above 153600 GiB");
  });
});
