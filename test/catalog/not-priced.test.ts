import { expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { firmQuote } from "../../src/catalog/firm-quote.ts";
import type { QuoteRequest } from "../../src/catalog/quote-request.ts";

const book = builtInBook();
const resources = { milliCpu: 1000, memoryMiB: 2048 };
const ecs = { provider: "ecs", region: "us-east-1", resources } as const;
const aci = { provider: "aci", region: "westeurope", resources } as const;
const run = { provider: "cloud-run", region: "us-central1", resources } as const;
const requests = { requests: 1000, requestMs: 200 };

test.each<[string, QuoteRequest, string]>([
  [
    "requests of a Fargate task",
    { ...ecs, usage: { hours: 1, requests: 1000 } },
    "request: Fargate charges for running time, whatever requests there are",
  ],
  [
    "billing by request on Container Instances",
    { ...aci, billing: "request" },
    "request: Container Instances charges for running time, whatever requests there are",
  ],
  [
    "requests of a service billed by instance",
    { ...run, billing: "instance", usage: { hours: 1, requests: 1000 } },
    "request: Cloud Run by instance charges for running time, whatever requests there are",
  ],
  [
    "requests without their time",
    { ...run, usage: { requests: 1000 } },
    "cpu-second: requests are counted without their time; give usage.requestMs, or the run time in usage.seconds",
  ],
  [
    "requests whose time is written out as 0",
    { ...run, usage: { requests: 1000, requestMs: 0 } },
    "cpu-second: requests are counted without their time; give usage.requestMs, or the run time in usage.seconds",
  ],
  [
    "the time of requests without their number",
    { ...run, usage: { hours: 1, requestMs: 200 } },
    "usage.requestMs: how many requests there are is not said; give usage.requests",
  ],
  [
    "warm instances without their time",
    { ...run, replicas: 2, usage: requests },
    "idle-cpu-second: how long instances are kept warm is not said; give usage.hours",
  ],
  [
    "the time of warm instances without their number",
    { ...run, usage: { ...requests, hours: 730 } },
    "idle-cpu-second: how many instances are kept warm for that time is not said; give replicas",
  ],
  [
    "a rate that nothing is charged by",
    { ...ecs, rates: { "idle-cpu-second": "0.1" } },
    "idle-cpu-second: nothing of it is charged here, so its rate is not used",
  ],
  [
    "a rate of capacity units alone",
    { ...ecs, rates: { "lcu-hour": "0.008" } },
    "lcu-hour: a rate says nothing of how many; give usage.lcuHours",
  ],
  [
    "disk on Cloud Run",
    { ...run, resources: { ...resources, ephemeralStorageGiB: 5 } },
    "ephemeralStorage: Cloud Run keeps files in memory, so size memory for them",
  ],
])("%s is not in the price, and the quote says so", (_name, request, sentence) => {
  expect(firmQuote(request, book).notPriced).toEqual([sentence]);
});

test.each<[string, QuoteRequest]>([
  ["a task for an hour", { ...ecs, usage: { hours: 1 } }],
  [
    "every amount written out as 0",
    { ...ecs, usage: { hours: 1, requests: 0, requestMs: 0, concurrency: 0, egressGiB: "0" } },
  ],
  ["a job on Fargate, which is billed as any task", { ...ecs, billing: "job" }],
  ["requests with their time", { ...run, usage: requests }],
  [
    "requests with their time, and none kept warm",
    { ...run, replicas: 0, usage: { ...requests, hours: 730 } },
  ],
  ["requests and warm instances", { ...run, replicas: 1, usage: { ...requests, hours: 730 } }],
  ["busy time with the number of requests", { ...run, replicas: 1, usage: { seconds: 9, requests: 1 } }],
  ["warm instances by their rate", { ...run, usage: { hours: 1 }, rates: { "idle-cpu-second": "0.1" } }],
])("of %s nothing is left out", (_name, request) => {
  expect(firmQuote(request, book).notPriced).toEqual([]);
});

test("worker pools are refused where there are none", () => {
  for (const one of [ecs, aci])
    expect(() => firmQuote({ ...one, billing: "worker-pool" }, book)).toThrowError(
      expect.objectContaining({
        code: "invalid-body",
        problems: [expect.objectContaining({ pointer: "/billing" })],
      }),
    );
});

test("seconds and hours are refused together, unless one of them is 0", () => {
  const total = (usage: QuoteRequest["usage"]) => firmQuote({ ...ecs, usage }, book).totalUsd;
  expect(() => total({ seconds: 60, hours: 1 })).toThrow("say seconds or hours");
  expect(total({ seconds: 3600, hours: 0 })).toBe(total({ hours: 1 }));
  expect(total({ seconds: 0, hours: 1 })).toBe(total({ hours: 1 }));
  expect(total({ seconds: 0, hours: 0 })).toBe("0");
});

test("requests that share an instance less than one at a time are refused", () => {
  const sharing = (concurrency: number, count = 10) =>
    firmQuote({ ...run, usage: { requests: count, requestMs: 100, concurrency } }, book);
  expect(() => sharing(0)).toThrow("write 1 or more");
  expect(() => sharing(0.5, 0)).toThrow("write 1 or more");
  expect(sharing(0, 0).totalUsd).toBe("0");
});

test("more requests at once than a Cloud Run instance takes are refused", () => {
  const sharing = (concurrency: number) =>
    firmQuote({ ...run, usage: { requests: 10, requestMs: 100, concurrency } }, book);
  expect(() => sharing(1001)).toThrow("at most 1000 requests at once");
  expect(sharing(1000).notPriced).toEqual([]);
});

test("an amount above what is known of a price is refused with that amount", () => {
  const egress = (one: QuoteRequest, egressGiB: number) => () =>
    firmQuote({ ...one, usage: { hours: 1, egressGiB } }, book);
  expect(egress(ecs, 160_000)).toThrow("known for ecs in us-east-1 above 153600 GiB");
  expect(egress(ecs, 153_600)).not.toThrow();
  // With the account's allowance as many more are known, and the sentence says just those.
  expect(egress({ ...ecs, free: true }, 160_000)).toThrow("above 153700 GiB");
  expect(egress({ ...ecs, free: true }, 153_700)).not.toThrow();
});
