import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, openWorld, type World } from "../routes/world.ts";
import { openTemporaryStore } from "../routes/temporary-store.ts";
import { bodyOf, type Example } from "./example-body.ts";

// Worked examples of the vendors' own pages and of a price tool's expected files; each names its source.
const EXAMPLES: readonly Example[] = JSON.parse(
  readFileSync(new URL("examples.json", import.meta.url), "utf8"),
);

let world: World;
beforeAll(async () => {
  world = await openWorld(openTemporaryStore);
});
afterAll(() => world.close());

async function total(json: unknown): Promise<number> {
  const reply = await world.call("/v1/quotes", { method: "POST", json });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return Number(at(reply.body, "totalUsd"));
}

test.each(EXAMPLES.map((example) => [example.id, example] as const))(
  "%s is what its source says, within its tolerance",
  async (_id, example) => {
    const usd = await total(bodyOf(example));
    expect(Math.abs(usd - example.expected_usd)).toBeLessThanOrEqual(example.tolerance_usd);
  },
);

const ONE = { cpu: 1, memory: "512Mi" };
const MONTH = { hours: 730 };

describe("more examples of the same pages", () => {
  test.each<[string, Readonly<Record<string, unknown>>, number]>([
    [
      "Fargate on Arm: five tasks with 30 GB, ten minutes a day",
      {
        provider: "ecs",
        region: "us-east-1",
        resources: { cpu: 1, memory: "2GB", ephemeralStorage: "30GB" },
        replicas: 5,
        usage: { seconds: 18_000 },
        arch: "arm64",
      },
      1.02,
    ],
    [
      "Fargate on Windows at the page's own rates, the licence from the book",
      {
        provider: "ecs",
        region: "us-east-1",
        resources: { cpu: 1, memory: "2Gi" },
        replicas: 10,
        usage: { hours: 30 },
        os: "windows",
        rates: { "cpu-second": "2.54167e-05", "memory-gib-second": 0.0000027778 },
      },
      47.25,
    ],
    [
      "Fargate on Windows at the page's own rates, the licence too",
      {
        provider: "ecs",
        region: "us-east-1",
        resources: { cpu: 1, memory: "2Gi" },
        replicas: 10,
        usage: { hours: 30 },
        os: "windows",
        rates: {
          "cpu-second": "0.0000254167",
          "memory-gib-second": "0.0000027778",
          "os-cpu-second": "0.0000127778",
        },
      },
      47.25,
    ],
    [
      "Fargate at its list price: two tasks a month",
      {
        provider: "ecs",
        region: "us-east-1",
        resources: { cpu: 1, memory: "2Gi" },
        replicas: 2,
        usage: MONTH,
      },
      72.08,
    ],
    [
      "Container Instances: 1.3 vCPU and 2.15 GB are billed as 2 and 2.2, fifty groups a day",
      {
        provider: "aci",
        region: "eastus",
        resources: { cpu: 1.3, memory: "2.15Gi" },
        replicas: 1500,
        usage: { seconds: 150 },
        rates: { "cpu-second": "0.00001125", "memory-gib-second": "0.00000124" },
      },
      5.675,
    ],
    [
      "Container Instances: an hour a day",
      {
        provider: "aci",
        region: "westus",
        resources: { cpu: 1, memory: "8Gi" },
        usage: { seconds: 108_000 },
        rates: { "cpu-second": "0.0000207", "memory-gib-second": "0.0000023" },
      },
      4.2228,
    ],
    [
      "Cloud Run job: a minute every hour, at committed rates",
      {
        provider: "cloud-run",
        region: "europe-west1",
        billing: "job",
        resources: ONE,
        replicas: 730,
        usage: { seconds: 60 },
        rates: { "cpu-second": "0.00000972", "memory-gib-second": "0.00000108" },
      },
      0.45,
    ],
    [
      "Cloud Run job: the same within the free tier",
      {
        provider: "cloud-run",
        region: "europe-west1",
        billing: "job",
        resources: ONE,
        replicas: 730,
        usage: { seconds: 60 },
        rates: { "cpu-second": "0.00000972", "memory-gib-second": "0.00000108" },
        free: true,
      },
      0,
    ],
    ...([false, true] as const).map((free): [string, Readonly<Record<string, unknown>>, number] => [
      `Cloud Run worker pool at committed rates, ${free ? "with" : "without"} the free tier`,
      {
        provider: "cloud-run",
        region: "europe-west1",
        billing: "worker-pool",
        resources: ONE,
        replicas: 1,
        usage: MONTH,
        rates: { "cpu-second": "0.000006072", "memory-gib-second": "6.67e-7" },
        free,
      },
      free ? 11.61 : 16.83,
    ]),
    [
      "Cloud Run by request in a Tier 2 region: half a million requests of 3.6 s",
      {
        provider: "cloud-run",
        region: "europe-west3",
        resources: ONE,
        usage: { requests: 500_000, requestMs: 3600, concurrency: 1 },
      },
      63.83,
    ],
    [
      "the same, with a replica that nobody keeps warm",
      {
        provider: "cloud-run",
        region: "europe-west3",
        resources: ONE,
        replicas: 1,
        usage: { requests: 500_000, requestMs: 3600, concurrency: 1 },
      },
      63.83,
    ],
    [
      "Cloud Run job in a Tier 2 region: 50,000 executions of ten minutes",
      {
        provider: "cloud-run",
        region: "europe-west3",
        billing: "job",
        resources: ONE,
        replicas: 50_000,
        usage: { seconds: 600 },
      },
      684,
    ],
    [
      "Cloud Run: a warm instance that gets no request, for a month",
      {
        provider: "cloud-run",
        region: "us-central1",
        resources: ONE,
        replicas: 1,
        usage: { hours: 730, requests: 0 },
      },
      9.86,
    ],
    [
      "Fargate with every harmless default written out",
      {
        provider: "ecs",
        region: "us-east-1",
        resources: { cpu: "0.25", memory: 1, ephemeralStorage: "20Gi" },
        replicas: "10",
        usage: { seconds: 108_000, hours: 0, requests: 0, requestMs: 0, concurrency: 1, egressGiB: "0" },
        billing: "request",
        spot: false,
        arch: "amd64",
        os: "linux",
        rates: {},
        free: false,
      },
      4.37,
    ],
  ])("%s", async (_name, body, usd) => {
    expect(Math.abs((await total(body)) - usd)).toBeLessThanOrEqual(0.01);
  });
});
