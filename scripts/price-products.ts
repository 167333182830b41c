/** Where a collected row goes in the book: provider, product and meter; or `undefined` for a product nobody has named here. */
export function placeInBook(
  product: string,
  meter: string,
): { readonly provider: string; readonly product: string; readonly meter: string } | undefined {
  const home = PRODUCTS[product];
  if (home === undefined) return undefined;
  const [provider, name] = home;
  const special = SPECIAL[`${product} ${meter}`];
  if (special !== undefined) return { provider, product: special[0], meter: special[1] };
  const known = METERS[meter];
  if (known !== undefined) return { provider, product: name, meter: known };
  // What is paid under a commitment is a product of its own, so that nobody takes it for the list price.
  for (const [prefix, plain] of Object.entries(COMMITTED)) {
    if (!meter.startsWith(`${prefix}-`)) continue;
    return { provider, product: `${name}-${meter.slice(prefix.length + 1)}`, meter: plain };
  }
  return undefined;
}

/** What a reader must know beside a figure, in our own words; the collected notes speak of their collection. */
export function noteOf(product: string, note: string | undefined): string | undefined {
  return NOTES.find(([about, words]) => product.startsWith(about) && (note ?? "").includes(words))?.[2];
}

/** A vendor's "GB" of memory, storage or traffic is 1024^3 bytes (aws.amazon.com/fargate/pricing). */
export const UNITS: Readonly<Record<string, string>> = {
  "vcpu-hour": "vCPU-hour",
  "vcpu-second": "vCPU-second",
  "gb-hour": "GiB-hour",
  "gb-second": "GiB-second",
  "gib-second": "GiB-second",
  "gpu-second": "GPU-second",
  "address-hour": "address-hour",
  "gb-month": "GiB-month",
  gb: "GiB",
  gib: "GiB",
  hour: "hour",
  request: "request",
};

const PRODUCTS: Readonly<Record<string, readonly [provider: string, product: string]>> = {
  "fargate-linux-x86": ["ecs", "linux-amd64"],
  "fargate-linux-arm64": ["ecs", "linux-arm64"],
  "fargate-windows-x86": ["ecs", "windows-amd64"],
  "fargate-spot-linux-x86": ["ecs", "spot-linux-amd64"],
  "fargate-spot-linux-arm64": ["ecs", "spot-linux-arm64"],
  "fargate-ephemeral-storage": ["ecs", "storage"],
  "public-ipv4": ["ecs", "ipv4"],
  "nat-gateway": ["ecs", "nat"],
  "cloudwatch-logs": ["ecs", "logs"],
  "data-transfer-out": ["ecs", "egress"],
  "aci-linux": ["aci", "linux"],
  "aci-spot-linux": ["aci", "spot-linux"],
  "aci-windows-surcharge": ["aci", "windows"],
  "aci-confidential": ["aci", "confidential"],
  "aci-gpu-k80": ["aci", "gpu-k80"],
  "aci-gpu-p100": ["aci", "gpu-p100"],
  "aci-gpu-v100": ["aci", "gpu-v100"],
  bandwidth: ["aci", "egress"],
  "log-analytics": ["aci", "logs"],
  "public-ip": ["aci", "public-ip-standard"],
  "cloud-run-services-request-based": ["cloud-run", "request"],
  "cloud-run-services-instance-based": ["cloud-run", "instance"],
  "cloud-run-jobs": ["cloud-run", "job"],
  "cloud-run-worker-pools": ["cloud-run", "worker-pool"],
  "cloud-run-egress": ["cloud-run", "egress"],
  // cloud.google.com/run/pricing: traffic to the internet is charged at Google Cloud networking's prices of the Premium Tier.
  "network-egress": ["cloud-run", "egress"],
  "cloud-logging": ["cloud-run", "logs"],
};

const METERS: Readonly<Record<string, string>> = {
  vcpu: "cpu-second",
  cpu: "cpu-second",
  "cpu-active": "cpu-second",
  "cpu-idle-min-instance": "idle-cpu-second",
  memory: "memory-gib-second",
  "memory-active": "memory-gib-second",
  "memory-idle-min-instance": "idle-memory-gib-second",
  "storage-over-20gb": "ephemeral-gib-second",
  "os-license": "os-cpu-second",
  software: "os-cpu-second",
  requests: "request",
  gpu: "gpu-second",
  gateway: "nat-hour",
  processed: "nat-gib",
  "in-use": "ipv4-hour",
  idle: "ipv4-idle-hour",
  "standard-static": "ipv4-hour",
  internet: "egress-gib",
  "internet-mgn-zone1": "egress-gib",
  "internet-mgn-zone2": "egress-gib",
  "internet-same-continent": "egress-gib",
  "internet-premium-oceania": "egress-gib",
  "inter-region": "inter-region-gib",
  ingestion: "log-gib",
  "insights-scanned": "log-scan-gib",
  retention: "log-gib-month",
};

/** Meters whose name begins with what is counted and ends with the commitment that is paid. */
const COMMITTED: Readonly<Record<string, string>> = {
  "cpu-idle-min-instance": "idle-cpu-second",
  "memory-idle-min-instance": "idle-memory-gib-second",
  "cpu-active": "cpu-second",
  "memory-active": "memory-gib-second",
  requests: "request",
  vcpu: "cpu-second",
  cpu: "cpu-second",
  memory: "memory-gib-second",
};

const SPECIAL: Readonly<Record<string, readonly [product: string, meter: string]>> = {
  "log-analytics auxiliary-ingestion": ["logs-auxiliary", "log-gib"],
  "log-analytics basic-ingestion": ["logs-basic", "log-gib"],
  ...Object.fromEntries(
    (
      [
        ["cloud-run-services-request-based", "request"],
        ["cloud-run-services-instance-based", "instance"],
        ["cloud-run-jobs", "job"],
        ["cloud-run-worker-pools", "worker-pool"],
      ] as const
    ).flatMap(([product, name]) => [
      [`${product} free-tier-cpu`, [`${name}-free`, "cpu-second"]],
      [`${product} free-tier-memory`, [`${name}-free`, "memory-gib-second"]],
      [`${product} gpu-l4-no-zonal-redundancy`, [`${name}-gpu-l4`, "gpu-second"]],
      [`${product} gpu-l4-zonal-redundancy`, [`${name}-gpu-l4-zonal`, "gpu-second"]],
    ]),
  ),
};

const NOTES: readonly (readonly [product: string, words: string, note: string])[] = [
  ["fargate-spot", "OLD Spot snapshot", "an old Spot price: a hint of the discount, not of today's price"],
  ["fargate-spot", "third-party copy", "a copy of AWS's page by somebody else, undated"],
  ["data-transfer-out", "destination", "the rate can depend on where the traffic goes"],
  ["aci-spot", "preview", "preview; Microsoft's documents name East US 2, West Europe and West US only"],
  ["aci-gpu", "retired", "retired on 2025-07-14; the API still lists it"],
  ["public-ip", "ACI public IP", "no source says that a container group's address is billed by this"],
  [
    "cloud-run-services-request-based",
    "BOTH",
    "published under Tier 1 and Tier 2 alike; the higher one is kept",
  ],
  [
    "cloud-run-",
    "per billing account",
    "per billing account, taken off as money at the rates of us-central1",
  ],
];
