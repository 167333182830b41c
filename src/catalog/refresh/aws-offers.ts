import type { Known } from "./fresh-price.ts";

/** One offer of the AWS Price List: what of it Berth reads. */
export interface AwsOffer {
  readonly code: string;
  /** What follows the region's prefix in `usagetype`, whole: a part of it would also match ARM, Windows, Outposts and reservations. */
  readonly usage: ReadonlyMap<string, Known>;
  /** What else a product must say of itself: the four kinds of load balancers share their usage types. */
  readonly only?: { readonly operation?: string; readonly transferType?: string } | undefined;
  /** One file holds all regions and is small; the others are read region by region. */
  readonly everywhere?: true | undefined;
}

const usage = (named: Readonly<Record<string, Known>>): ReadonlyMap<string, Known> =>
  new Map(Object.entries(named));

/** vCPU, memory and storage of Fargate: a region's file has some 2 MB, for hundreds of rows of Managed Instances are in it. */
export const FARGATE: AwsOffer = {
  code: "AmazonECS",
  usage: usage({
    "Fargate-vCPU-Hours:perCPU": { product: "linux-amd64", meter: "cpu-second", unit: "vCPU-hour" },
    "Fargate-GB-Hours": { product: "linux-amd64", meter: "memory-gib-second", unit: "GiB-hour" },
    "Fargate-ARM-vCPU-Hours:perCPU": { product: "linux-arm64", meter: "cpu-second", unit: "vCPU-hour" },
    "Fargate-ARM-GB-Hours": { product: "linux-arm64", meter: "memory-gib-second", unit: "GiB-hour" },
    "Fargate-EphemeralStorage-GB-Hours": {
      product: "storage",
      meter: "ephemeral-gib-second",
      unit: "GiB-hour",
    },
    "Fargate-Windows-vCPU-Hours:perCPU": { product: "windows-amd64", meter: "cpu-second", unit: "vCPU-hour" },
    "Fargate-Windows-GB-Hours": { product: "windows-amd64", meter: "memory-gib-second", unit: "GiB-hour" },
    "Fargate-Windows-OS-Hours:perCPU": {
      product: "windows-amd64",
      meter: "os-cpu-second",
      unit: "vCPU-hour",
    },
  }),
};

/**
 * What stands beside the tasks. NAT gateways are not among it: their rows are in AmazonEC2, whose file for one region has hundreds of
 * megabytes, more than a Worker may hold. Usage types: "Understand codes in billing and usage reports" of each service's guide.
 */
export const AWS_BESIDE: readonly AwsOffer[] = [
  {
    code: "AWSELB",
    everywhere: true,
    only: { operation: "LoadBalancing:Application" },
    usage: usage({
      LoadBalancerUsage: { product: "load-balancer", meter: "lb-hour", unit: "hour" },
      LCUUsage: { product: "load-balancer", meter: "lcu-hour", unit: "LCU-hour" },
    }),
  },
  {
    code: "AWSSecretsManager",
    everywhere: true,
    usage: usage({
      "AWSSecretsManager-Secrets": { product: "secrets", meter: "secret-month", unit: "secret-month" },
    }),
  },
  {
    code: "AmazonVPC",
    usage: usage({
      "PublicIPv4:InUseAddress": { product: "ipv4", meter: "ipv4-hour", unit: "address-hour" },
    }),
  },
  {
    code: "AmazonCloudWatch",
    usage: usage({ "DataProcessing-Bytes": { product: "logs", meter: "log-gib", unit: "GiB" } }),
  },
  {
    code: "AWSDataTransfer",
    only: { transferType: "AWS Outbound" },
    usage: usage({
      "DataTransfer-Out-Bytes": { product: "egress", meter: "egress-gib", unit: "GiB", stepped: true },
    }),
  },
];
