import { expect, test } from "vitest";
import type { QuoteRequest } from "../../src/catalog/quote-request.ts";
import { runTime } from "../../src/catalog/run-time.ts";

const ONE = { milliCpu: 1000, memoryMiB: 512 };
const ecs = { provider: "ecs", region: "us-east-1", resources: ONE } as const;
const aci = { provider: "aci", region: "westeurope", resources: ONE } as const;
const run = { provider: "cloud-run", region: "us-central1", resources: ONE } as const;

test.each<[string, QuoteRequest, number]>([
  ["Fargate bills a minute at the least", { ...ecs, usage: { seconds: 5 } }, 60],
  [
    "Fargate bills five minutes of Windows at the least",
    { ...ecs, os: "windows", usage: { seconds: 100 } },
    300,
  ],
  ["Fargate rounds up to the second", { ...ecs, usage: { seconds: "90.2" } }, 91],
  ["each replica has its own minimum", { ...ecs, replicas: 3, usage: { seconds: 1 } }, 180],
  ["what never runs is not billed", { ...ecs, usage: { seconds: 0 } }, 0],
  ["Container Instances has no minimum", { ...aci, usage: { seconds: 5 } }, 5],
  [
    "a Cloud Run instance is billed a minute at the least",
    { ...run, billing: "instance", usage: { seconds: 1 } },
    60,
  ],
  ["so is a job's execution", { ...run, billing: "job", usage: { seconds: 59 } }, 60],
  ["no minimum is published for worker pools", { ...run, billing: "worker-pool", usage: { seconds: 5 } }, 5],
  ["Cloud Run rounds up to 100 ms", { ...run, billing: "job", usage: { seconds: "61.01" } }, 61.1],
  ["a request's time is rounded up to 100 ms", { ...run, usage: { requests: 10, requestMs: 101 } }, 2],
  [
    "requests at once share an instance",
    { ...run, usage: { requests: 100, requestMs: 100, concurrency: 20 } },
    0.5,
  ],
  [
    "requests that could all run at once still take the time of one",
    { ...run, usage: { requests: 10, requestMs: 1000, concurrency: 80 } },
    1,
  ],
  [
    "a single request is billed 100 ms, however many could share its instance",
    { ...run, usage: { requests: 1, requestMs: 50, concurrency: 80 } },
    0.1,
  ],
  [
    "requests beyond what runs at once take their time once more",
    { ...run, usage: { requests: 81, requestMs: 200, concurrency: 80 } },
    0.4,
  ],
  [
    "a request's time of 0 says as little as none",
    { ...run, usage: { requests: 9, requestMs: 0, seconds: 100 } },
    100,
  ],
  [
    "seconds without a request's time are busy seconds",
    { ...run, usage: { requests: 9, seconds: 100 } },
    100,
  ],
  ["hours are the same as their seconds", { ...ecs, usage: { hours: 2 } }, 7200],
  ["nothing said is a month of 730 hours", ecs, 2_628_000],
])("%s", (_name, request, seconds) => {
  expect(runTime(request).active.toNumber()).toBe(seconds);
});

test("warm instances are idle for the time in which no request runs", () => {
  const { active, idle } = runTime({
    ...run,
    replicas: 2,
    usage: { hours: 1, requests: 1000, requestMs: 1000 },
  });
  expect([active.toNumber(), idle.toNumber()]).toEqual([1000, 6200]);
});

test.each<[string, QuoteRequest]>([
  ["no requests at all", { ...run, replicas: 2, usage: { hours: 1, requests: 0 } }],
  [
    "a rate for being idle alone",
    { ...run, replicas: 2, usage: { hours: 1 }, rates: { "idle-cpu-second": "0.1" } },
  ],
])("instances kept warm are idle all the time when there is %s", (_name, request) => {
  const { active, idle } = runTime(request);
  expect([active.toNumber(), idle.toNumber()]).toEqual([0, 7200]);
});

test("beside requests, instances are kept warm only where their number and their time are both said", () => {
  const requests = { requests: 1000, requestMs: 1000 };
  const idle = (request: QuoteRequest) => runTime(request).idle.toNumber();
  expect(idle({ ...run, replicas: 1, usage: requests })).toBe(0);
  expect(idle({ ...run, usage: { ...requests, hours: 1 } })).toBe(0);
  expect(idle({ ...run, replicas: 1, usage: { ...requests, hours: 1 } })).toBe(2600);
});

test("the time of a warm instance is rounded up to 100 ms", () => {
  const usage = { requests: 0, seconds: "10.01" };
  expect(runTime({ ...run, replicas: 2, usage }).idle.toNumber()).toBe(20.2);
});

test("a rate for being idle alone prices one warm instance, unless more are said", () => {
  const rates = { "idle-cpu-second": "0.1" };
  expect(runTime({ ...run, usage: { hours: 1 }, rates }).idle.toNumber()).toBe(3600);
});
