import type { LedgerPlace } from "../domain/ledger.ts";

/** A vendor's service, and where FOCUS 1.2 has it (columns ServiceCategory and ServiceSubcategory, allowed values). */
export interface Service {
  readonly name: string;
  readonly category: string;
  readonly subcategory: string;
}

/**
 * The service that a vendor bills a meter under, by the names in its own FOCUS export or invoice (AWS: the product of the usage type;
 * Azure: the service of the meter; Google: the service of the SKU; as of 2026-11). What Berth does not meter is a service by its own name.
 */
export function serviceOf(provider: LedgerPlace["provider"], meter: string): Service {
  const own = BY_METER[provider][meter];
  if (own !== undefined) return own;
  return COMPUTE_METERS.has(meter) ? COMPUTE[provider] : { name: meter, ...OTHER };
}

const OTHER = { category: "Other", subcategory: "Other (Other)" } as const;
const CONTAINERS = { category: "Compute", subcategory: "Containers" } as const;
const ROUTED = { category: "Networking", subcategory: "Network Infrastructure" } as const;
const CONNECTED = { category: "Networking", subcategory: "Network Connectivity" } as const;
const BALANCED = { category: "Networking", subcategory: "Application Networking" } as const;
const OBSERVED = { category: "Management and Governance", subcategory: "Observability" } as const;
const SECRET = { category: "Security", subcategory: "Secret Management" } as const;

const COMPUTE: Readonly<Record<LedgerPlace["provider"], Service>> = {
  ecs: { name: "Amazon Elastic Container Service", ...CONTAINERS },
  aci: { name: "Azure Container Instances", ...CONTAINERS },
  "cloud-run": { name: "Cloud Run", category: "Compute", subcategory: "Serverless Compute" },
  agents: { name: "Own hosts", ...CONTAINERS },
};

const COMPUTE_METERS: ReadonlySet<string> = new Set([
  "cpu-second",
  "memory-gib-second",
  "ephemeral-gib-second",
  "request",
  "idle-cpu-second",
  "idle-memory-gib-second",
  "os-cpu-second",
  "gpu-second",
  "cpu-hour",
  "memory-gib-hour",
  "host-hour",
]);

const VPC: Service = { name: "Amazon Virtual Private Cloud", ...ROUTED };
const AWS_TRAFFIC: Service = { name: "AWS Data Transfer", ...CONNECTED };
const BALANCER: Service = { name: "Elastic Load Balancing", ...BALANCED };
// AWS bills NAT gateways with EC2, which has one category whatever of it is used.
const EC2: Service = {
  name: "Amazon Elastic Compute Cloud",
  category: "Compute",
  subcategory: "Virtual Machines",
};
const CLOUDWATCH: Service = { name: "Amazon CloudWatch", ...OBSERVED };
const LOG_ANALYTICS: Service = { name: "Log Analytics", ...OBSERVED };
const CLOUD_LOGGING: Service = { name: "Cloud Logging", ...OBSERVED };

const BY_METER: Readonly<Record<LedgerPlace["provider"], Readonly<Record<string, Service>>>> = {
  ecs: {
    "ipv4-hour": VPC,
    "ipv4-idle-hour": VPC,
    "egress-gib": AWS_TRAFFIC,
    "inter-region-gib": AWS_TRAFFIC,
    "lb-hour": BALANCER,
    "lcu-hour": BALANCER,
    "nat-hour": EC2,
    "nat-gib": EC2,
    "log-gib": CLOUDWATCH,
    "log-scan-gib": CLOUDWATCH,
    "log-gib-month": CLOUDWATCH,
    "secret-month": { name: "AWS Secrets Manager", ...SECRET },
  },
  aci: {
    "ipv4-hour": { name: "Virtual Network", ...ROUTED },
    "egress-gib": { name: "Bandwidth", ...CONNECTED },
    "log-gib": LOG_ANALYTICS,
    "log-scan-gib": LOG_ANALYTICS,
    "log-gib-month": LOG_ANALYTICS,
  },
  "cloud-run": {
    // Google's SKUs of what leaves a service are Cloud Run's own.
    "egress-gib": COMPUTE["cloud-run"],
    "inter-region-gib": COMPUTE["cloud-run"],
    "log-gib": CLOUD_LOGGING,
    "log-gib-month": CLOUD_LOGGING,
    "secret-month": { name: "Secret Manager", ...SECRET },
  },
  agents: {},
};
