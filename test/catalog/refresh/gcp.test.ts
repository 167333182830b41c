import { expect, test } from "vitest";
import { readGcpPage, settleTiers } from "../../../src/catalog/refresh/gcp.ts";
import { COMPUTE_SKU, gcpPage, gcpSku } from "./payloads.ts";

const GIB = { unit: "GiBy.s" };
const usd = (...skus: readonly unknown[]) => {
  const read = readGcpPage(gcpPage(skus));
  const settled = read.ok ? settleTiers(read.value.prices) : read;
  if (!settled.ok) throw new Error(settled.why);
  return Object.fromEntries(
    settled.value.map((one) => [`${one.region}/${one.product}/${one.meter}`, `${one.usd} ${one.unit}`]),
  );
};

test("request-based prices are of the tier's regions, all others of the region in their name", () => {
  expect(
    usd(
      gcpSku("Services CPU (Request-based billing)", 24_000, { regions: ["us-central1", "europe-west1"] }),
      gcpSku("Services Min Instance Memory (Request-based billing)", 2_500, GIB),
      gcpSku("Services CPU (Instance-based billing) in europe-west1", 18_000),
      gcpSku("Jobs Memory in us-central1", 2_000, GIB),
      gcpSku("Worker Pools CPU in us-central1", 11_244),
      gcpSku("Requests", 400, { unit: "count" }),
    ),
  ).toEqual({
    "us-central1/request/cpu-second": "0.000024 vCPU-second",
    "europe-west1/request/cpu-second": "0.000024 vCPU-second",
    "us-central1/request/idle-memory-gib-second": "0.0000025 GiB-second",
    "europe-west1/instance/cpu-second": "0.000018 vCPU-second",
    "us-central1/job/memory-gib-second": "0.000002 GiB-second",
    "us-central1/worker-pool/cpu-second": "0.000011244 vCPU-second",
    "global/request/request": "0.0000004 request",
  });
});

test("Google's slips in names are read through: two blanks in Tier 2, a doubled in", () => {
  expect(
    usd(
      gcpSku("Services CPU Tier 2  (Request-based billing)", 33_600, { regions: ["europe-west3"] }),
      gcpSku("Services CPU (Instance-based billing) in in asia-northeast1", 18_000),
    ),
  ).toEqual({
    "europe-west3/request/cpu-second": "0.0000336 vCPU-second",
    "asia-northeast1/instance/cpu-second": "0.000018 vCPU-second",
  });
});

test("a region in both tiers pays the second, whichever page it comes on", () => {
  const first = gcpSku("Services CPU (Request-based billing)", 24_000, {
    regions: ["africa-south1", "us-central1"],
  });
  const second = gcpSku("Services CPU Tier 2  (Request-based billing)", 33_600, {
    regions: ["africa-south1"],
  });
  const both = {
    "africa-south1/request/cpu-second": "0.0000336 vCPU-second",
    "us-central1/request/cpu-second": "0.000024 vCPU-second",
  };
  expect(usd(first, second)).toEqual(both);
  expect(usd(second, first)).toEqual(both);
});

test("the account's free tier is a first step at nothing, and the price is what follows it", () => {
  expect(
    usd(
      gcpSku("Services CPU (Request-based billing)", [
        [0, 0],
        [180_000, 24_000],
      ]),
    ),
  ).toEqual({
    "us-central1/request/cpu-second": "0.000024 vCPU-second",
  });
});

test("commitments, GPUs and other services of the same list are passed over", () => {
  const commitment = gcpSku("Services CPU (Request-based billing)", 20_000, { usage: "Commit1Yr" });
  const gpu = gcpSku("NVIDIA L4 GPU with zonal redundancy in us-central1", 186_700);
  expect(usd(commitment, gpu, COMPUTE_SKU)).toEqual({});
});

const NAME = "Services CPU (Request-based billing)";
test.each<readonly [what: string, payload: unknown, why: string]>([
  ["another currency", gcpPage([gcpSku(NAME, 24_000, { currency: "EUR" })]), "priced in EUR, not in USD"],
  ["another unit", gcpPage([gcpSku(NAME, 24_000, { unit: "h" })]), '"h", which is no unit'],
  [
    "steps that all cost",
    gcpPage([
      gcpSku(NAME, [
        [0, 24_000],
        [100, 20_000],
      ]),
    ]),
    "2 steps of price",
  ],
  ["a negative price", gcpPage([gcpSku(NAME, -24_000)]), "no price"],
  ["no list", { error: { code: 403 } }, "no page"],
])("with %s nothing of a page is believed", (_what, payload, why) => {
  expect(readGcpPage(payload)).toEqual({ ok: false, why: expect.stringContaining(why) as string });
});
