import { expect, test } from "vitest";
import { CLOUD_RUN_SKUS, GCP_BESIDE, type GcpSkus } from "../../../src/catalog/refresh/gcp-skus.ts";
import { readGcpPage, settleTiers } from "../../../src/catalog/refresh/gcp.ts";
import { COMPUTE_SKU, gcpPage, gcpSku } from "./payloads.ts";

const GIB = { unit: "GiBy.s" };
const usd = (...skus: readonly unknown[]) => {
  const read = readGcpPage(gcpPage(skus), CLOUD_RUN_SKUS);
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
  expect(readGcpPage(payload, CLOUD_RUN_SKUS)).toEqual({
    ok: false,
    why: expect.stringContaining(why) as string,
  });
});

function listed(name: string): GcpSkus {
  const found = GCP_BESIDE.find((one) => one.name === name);
  if (found === undefined) throw new Error(`nothing is read of ${name}`);
  return found;
}
const beside = (name: string, ...skus: readonly unknown[]) => {
  const read = readGcpPage(gcpPage(skus), listed(name));
  const settled = read.ok ? settleTiers(read.value.prices) : read;
  if (!settled.ok) return settled.why;
  return settled.value.map((one) => [one.region, one.from, one.to, `${one.usd} ${one.unit}`]);
};
const GIBY = { unit: "GiBy" };
const IN_EUROPE = [
  [0, 105_000_000],
  [10_240, 80_000_000],
  [153_600, 60_000_000],
] as const;

test("traffic within a continent has its steps in each of the SKU's regions that lies there, free ones among them", () => {
  const america = gcpSku(
    "Cloud Run Network Internet Data Transfer Out North America to North America",
    [
      [0, 0],
      [1, 105_000_000],
    ],
    { ...GIBY, regions: ["us-central1", "northamerica-northeast1"] },
  );
  expect(beside("Cloud Run egress", america)).toEqual([
    ["us-central1", "0", "1", "0 GiB"],
    ["us-central1", "1", undefined, "0.105 GiB"],
    ["northamerica-northeast1", "0", "1", "0 GiB"],
    ["northamerica-northeast1", "1", undefined, "0.105 GiB"],
  ]);
});

test("a SKU of one continent that lists a region of another says nothing of that region", () => {
  const asia = gcpSku("Cloud Run Network Internet Egress AsiaPacific to AsiaPacific", 120_000_000, {
    ...GIBY,
    regions: ["me-west1", "asia-east1"],
  });
  expect(beside("Cloud Run egress", asia)).toEqual([["asia-east1", undefined, undefined, "0.12 GiB"]]);
});

test("traffic to another continent, between regions or of another product is passed over", () => {
  const names = [
    "Cloud Run Network Internet Data Transfer Out Europe to AsiaPacific",
    "Cloud Run Network Internet Data Transfer Out Intercontinental (Excl Oceania, Africa and China)",
    "Cloud Run Network Inter Region Data Transfer Out Europe to Europe",
    "Cloud Firestore Internet Data Transfer Out from Europe to Europe (named databases)",
  ];
  const skus = names.map((name) => gcpSku(name, IN_EUROPE, { ...GIBY, regions: ["europe-west1"] }));
  expect(beside("Cloud Run egress", ...skus)).toEqual([]);
});

test("a secret's version and a GiB of logs have one price everywhere, past what the account has for nothing", () => {
  const free = (from: number, nanos: number): readonly (readonly [number, number])[] => [
    [0, 0],
    [from, nanos],
  ];
  const secret = gcpSku("Secret version replica storage", free(6, 60_000_000), { unit: "mo" });
  expect(
    beside("Secret Manager", secret, gcpSku("Secret access operations", 3_000, { unit: "count" })),
  ).toEqual([["global", undefined, undefined, "0.06 secret-month"]]);
  const logs = gcpSku("Log Storage cost", free(50, 500_000_000), GIBY);
  expect(beside("Cloud Logging", logs, gcpSku("Log Retention cost", 10_000_000, GIBY))).toEqual([
    ["global", undefined, undefined, "0.5 GiB"],
  ]);
});

test.each([
  [
    "another unit",
    gcpSku("Secret version replica storage", 60_000_000, { unit: "h" }),
    '"h", which is no unit',
  ],
  [
    "steps that all cost",
    gcpSku(
      "Secret version replica storage",
      [
        [0, 60_000_000],
        [100, 50_000_000],
      ],
      { unit: "mo" },
    ),
    "2 steps of price",
  ],
  [
    "another currency",
    gcpSku("Secret version replica storage", 60_000_000, { unit: "mo", currency: "EUR" }),
    "priced in EUR",
  ],
])("a list of secrets with %s is not believed", (_what, sku, why) => {
  expect(beside("Secret Manager", sku)).toContain(why);
});
