import { makeBook, type PriceBook, type PriceCard } from "../../../src/catalog/book.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import type { Spec } from "../../../src/domain/spec.ts";

/** The web service that the golden files show. */
export function webSpec(changes: Readonly<Record<string, unknown>> = {}): Spec {
  const parsed = parseSpec({
    name: "web",
    image: "ghcr.io/acme/web:1.4",
    port: 8080,
    resources: { cpu: 0.5, memory: "512Mi" },
    scale: { min: 1, max: 4 },
    usage: { requestsPerMonth: 2_000_000, requestMs: 80 },
    ...changes,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

/** Two regions of each cloud at round prices, so that a new price in the shipped book changes no golden file. */
export function smallBook(): PriceBook {
  const regions = builtInBook().regions.filter(({ id }) => REGIONS.has(id));
  return makeBook("2026-11-22", CARDS, regions);
}

const REGIONS = new Set(["eu-west-1", "us-east-1", "westeurope", "westus", "europe-west1", "us-central1"]);
const HOUR = { confidence: "high", source: "the vendor's price list" } as const;
const SECOND = {
  confidence: "high",
  source: "the vendor's pricing page, of a day that it does not name",
} as const;
const CARDS: readonly PriceCard[] = [
  {
    ...HOUR,
    provider: "ecs",
    product: "ipv4",
    meter: "ipv4-hour",
    unit: "address-hour",
    asOf: "2025-11-04",
    usd: { "eu-west-1": "0.005", "us-east-1": "0.005" },
  },
  {
    ...HOUR,
    provider: "ecs",
    product: "linux-amd64",
    meter: "cpu-second",
    unit: "vCPU-hour",
    asOf: "2025-10-27",
    usd: { "eu-west-1": "0.04", "us-east-1": "0.041" },
  },
  {
    ...HOUR,
    provider: "ecs",
    product: "linux-amd64",
    meter: "memory-gib-second",
    unit: "GiB-hour",
    asOf: "2025-10-27",
    usd: { "eu-west-1": "0.0045", "us-east-1": "0.0045" },
  },
  {
    ...HOUR,
    provider: "ecs",
    product: "linux-arm64",
    meter: "cpu-second",
    unit: "vCPU-hour",
    asOf: "2025-10-27",
    usd: { "eu-west-1": "0.032" },
  },
  {
    ...HOUR,
    provider: "ecs",
    product: "linux-arm64",
    meter: "memory-gib-second",
    unit: "GiB-hour",
    asOf: "2025-10-27",
    usd: { "eu-west-1": "0.0036" },
  },
  {
    ...HOUR,
    provider: "ecs",
    product: "spot-linux-amd64",
    meter: "cpu-second",
    unit: "vCPU-hour",
    asOf: "2026-09-28",
    usd: { "eu-west-1": "0.0122" },
  },
  {
    ...HOUR,
    provider: "ecs",
    product: "spot-linux-amd64",
    meter: "memory-gib-second",
    unit: "GiB-hour",
    asOf: "2026-09-28",
    usd: { "eu-west-1": "0.0013" },
  },
  {
    ...HOUR,
    provider: "aci",
    product: "linux",
    meter: "cpu-second",
    unit: "vCPU-hour",
    asOf: "2026-08-15",
    usd: { westeurope: "0.0466" },
  },
  {
    ...HOUR,
    provider: "aci",
    product: "linux",
    meter: "memory-gib-second",
    unit: "GiB-hour",
    asOf: "2026-08-15",
    usd: { westeurope: "0.0051" },
  },
  {
    ...SECOND,
    provider: "cloud-run",
    product: "request",
    meter: "cpu-second",
    unit: "vCPU-second",
    asOf: "2025-12-01",
    usd: { global: "0.000024" },
  },
  {
    ...SECOND,
    provider: "cloud-run",
    product: "request",
    meter: "memory-gib-second",
    unit: "GiB-second",
    asOf: "2025-12-01",
    usd: { global: "0.0000025" },
  },
  {
    ...SECOND,
    provider: "cloud-run",
    product: "request",
    meter: "idle-cpu-second",
    unit: "vCPU-second",
    asOf: "2025-12-01",
    usd: { global: "0.0000025" },
  },
  {
    ...SECOND,
    provider: "cloud-run",
    product: "request",
    meter: "idle-memory-gib-second",
    unit: "GiB-second",
    asOf: "2025-12-01",
    usd: { global: "0.0000025" },
  },
  {
    ...SECOND,
    provider: "cloud-run",
    product: "request",
    meter: "request",
    unit: "request",
    asOf: "2025-12-01",
    usd: { global: "0.0000004" },
  },
  {
    ...SECOND,
    provider: "cloud-run",
    product: "instance",
    meter: "cpu-second",
    unit: "vCPU-second",
    asOf: "2025-12-01",
    usd: { global: "0.000018" },
  },
  {
    ...SECOND,
    provider: "cloud-run",
    product: "instance",
    meter: "memory-gib-second",
    unit: "GiB-second",
    asOf: "2025-12-01",
    usd: { global: "0.000002" },
  },
];
