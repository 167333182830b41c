import type { Known } from "./fresh-price.ts";

/** What a SKU prices, and where. */
export interface Found {
  readonly known: Known;
  /** Of Cloud Run's request-based prices, for a region may stand in both tiers. */
  readonly tier: 1 | 2 | undefined;
  readonly regions: readonly string[];
}

/** A SKU as far as it says what it prices. */
export interface Named {
  readonly description: string;
  readonly serviceRegions: readonly string[];
}

/** One service of the Cloud Billing Catalog, or a part of one: which of its SKUs are read. */
export interface GcpSkus {
  /** As reports name it. */
  readonly name: string;
  /** The service's id in the catalog. */
  readonly service: string;
  readonly known: readonly Known[];
  readonly find: (sku: Named) => Found | undefined;
}

/** The regions of a SKU whose price is that of all regions. */
const EVERYWHERE: readonly string[] = ["global"];
const CLOUD_RUN_SERVICE = "152E-C115-5142";

const BY_TIER =
  /^Services (?<idle>Min Instance )?(?<what>CPU|Memory) (?<second>Tier 2 )?\(Request-based billing\)$/;
const BY_REGION =
  /^(?<kind>Services|Jobs|Worker Pools) (?<what>CPU|Memory) (?<instance>\(Instance-based billing\) )?in (?<region>[a-z]+-[a-z]+\d+)$/;
const PRODUCTS: Readonly<Record<string, string | undefined>> = {
  "Services (Instance-based billing) ": "instance",
  "Jobs ": "job",
  "Worker Pools ": "worker-pool",
};
const REQUESTS: Known = { product: "request", meter: "request", unit: "request" };

/** Requests, CPU and memory of Cloud Run; nothing for GPUs, commitments and whatever else stands in the list. */
export const CLOUD_RUN_SKUS: GcpSkus = {
  name: "Cloud Run",
  service: CLOUD_RUN_SERVICE,
  known: [
    REQUESTS,
    ...["CPU", "Memory"].flatMap((what) => [
      { product: "request", ...meterNamed(what, false) },
      { product: "request", ...meterNamed(what, true) },
      ...["instance", "job", "worker-pool"].map((product) => ({ product, ...meterNamed(what, false) })),
    ]),
  ],
  find: ({ description, serviceRegions }) => {
    // Google's own slips: two blanks before the bracket, and "in in asia-northeast1".
    const text = description.replaceAll(/\s+/g, " ").replace(" in in ", " in ").trim();
    if (text === "Requests") return { known: REQUESTS, tier: undefined, regions: EVERYWHERE };
    const tiered = BY_TIER.exec(text)?.groups;
    if (tiered !== undefined) {
      const { idle, what, second } = tiered;
      const tier = second === undefined ? 1 : 2;
      return {
        known: { product: "request", ...meterNamed(what, idle !== undefined) },
        tier,
        regions: serviceRegions,
      };
    }
    const { kind, what, instance = "", region } = BY_REGION.exec(text)?.groups ?? {};
    const product = PRODUCTS[`${kind} ${instance}`];
    if (product === undefined || region === undefined) return undefined;
    return { known: { product, ...meterNamed(what, false) }, tier: undefined, regions: [region] };
  },
};

const EGRESS: Known = { product: "egress", meter: "egress-gib", unit: "GiB", stepped: true };
const OUT =
  /^Cloud Run Network Internet (?:Data Transfer Out|Egress) (?<from>[A-Z][A-Za-z ]*?) to (?<to>[A-Z][A-Za-z ]*)$/;
/** Names of continents in SKUs, and how the regions begin that lie there (cloud.google.com/skus/sku-groups/network-egress). */
const CONTINENTS: Readonly<Record<string, readonly string[] | undefined>> = {
  Africa: ["africa-"],
  AsiaPacific: ["asia-"],
  Europe: ["europe-"],
  MiddleEast: ["me-"],
  "North America": ["us-", "northamerica-"],
  Oceania: ["australia-"],
  "South America": ["southamerica-"],
};

/**
 * Traffic of Cloud Run to the internet of its own continent, which is the rate the book has. A SKU of one continent may list a region
 * of another (AsiaPacific's names me-west1), so the region's own name decides.
 */
const EGRESS_SKUS: GcpSkus = {
  name: "Cloud Run egress",
  service: CLOUD_RUN_SERVICE,
  known: [EGRESS],
  find: ({ description, serviceRegions }) => {
    const { from, to } = OUT.exec(description.replaceAll(/\s+/g, " ").trim())?.groups ?? {};
    const begins = from === to && from !== undefined ? CONTINENTS[from] : undefined;
    if (begins === undefined) return undefined;
    const regions = serviceRegions.filter((region) => begins.some((start) => region.startsWith(start)));
    return { known: EGRESS, tier: undefined, regions };
  },
};

/** One price everywhere, of the SKU with this name. */
function alone(name: string, service: string, description: string, known: Known): GcpSkus {
  return {
    name,
    service,
    known: [known],
    find: (sku) =>
      sku.description === description ? { known, tier: undefined, regions: EVERYWHERE } : undefined,
  };
}

/** What stands beside Cloud Run's instances: traffic, secrets that Secret Manager keeps, logs. */
export const GCP_BESIDE: readonly GcpSkus[] = [
  EGRESS_SKUS,
  alone("Secret Manager", "EE82-7A5E-871C", "Secret version replica storage", {
    product: "secrets",
    meter: "secret-month",
    unit: "secret-month",
  }),
  alone("Cloud Logging", "5490-F7B7-8DF6", "Log Storage cost", {
    product: "logs",
    meter: "log-gib",
    unit: "GiB",
  }),
];

function meterNamed(what: string | undefined, idle: boolean): Pick<Known, "meter" | "unit"> {
  if (what === "CPU") return { meter: idle ? "idle-cpu-second" : "cpu-second", unit: "vCPU-second" };
  return { meter: idle ? "idle-memory-gib-second" : "memory-gib-second", unit: "GiB-second" };
}
