import type { PriceCardDocument } from "./extra-cards.ts";

/** A region as `regions.json` holds it. */
type RegionDocument = Readonly<Record<string, string | number | boolean | readonly string[]>>;

const US = { country: "US", continent: "NA", jurisdictions: ["US"], spot: false } as const;
const CN = { country: "CN", continent: "AS", jurisdictions: ["CN"], spot: false } as const;
const DE = { country: "DE", continent: "EU", jurisdictions: ["DE", "EU", "EEA"], spot: false } as const;

/** Regions of sovereign clouds, which the collected list leaves out. `sources` of `regions.json` names where their facts are from. */
export const SOVEREIGN_REGIONS: readonly RegionDocument[] = [
  {
    provider: "ecs",
    id: "cn-north-1",
    name: "China (Beijing)",
    city: "Beijing",
    ...CN,
    lat: 39.9042,
    lon: 116.4074,
    gridGramsPerKwh: 537.4,
    available: "yes",
  },
  {
    provider: "ecs",
    id: "cn-northwest-1",
    name: "China (Ningxia)",
    city: "Zhongwei",
    ...CN,
    lat: 37.5149,
    lon: 105.1967,
    gridGramsPerKwh: 537.4,
    available: "yes",
  },
  {
    provider: "ecs",
    id: "eusc-de-east-1",
    name: "AWS European Sovereign Cloud (Germany)",
    city: "Brandenburg",
    ...DE,
    lat: 52.4125,
    lon: 12.5316,
    available: "unknown",
  },
  {
    provider: "ecs",
    id: "us-gov-east-1",
    name: "AWS GovCloud (US-East)",
    ...US,
    lat: 39.9612,
    lon: -82.9988,
    gridGramsPerKwh: 379.07,
    available: "yes",
  },
  {
    provider: "ecs",
    id: "us-gov-west-1",
    name: "AWS GovCloud (US-West)",
    ...US,
    lat: 45.8399,
    lon: -119.7006,
    gridGramsPerKwh: 322.17,
    available: "yes",
  },
  {
    provider: "aci",
    id: "chinaeast2",
    name: "China East 2",
    city: "Shanghai",
    ...CN,
    lat: 31.2304,
    lon: 121.4737,
    available: "yes",
  },
  {
    provider: "aci",
    id: "usgovarizona",
    name: "US Gov Arizona",
    city: "Phoenix",
    ...US,
    lat: 33.4484,
    lon: -112.074,
    available: "yes",
  },
  {
    provider: "aci",
    id: "usgovvirginia",
    name: "US Gov Virginia",
    city: "Boydton",
    ...US,
    lat: 36.6676,
    lon: -78.3875,
    available: "yes",
  },
];

/** Where those facts are from. */
export const SOVEREIGN_SOURCES: Readonly<Record<string, string>> = {
  "sovereign.place":
    "cities or states as AWS, Microsoft and docs.azure.cn name them, with approximate coordinates of the place; AWS does not publish the cities of GovCloud",
  "sovereign.available":
    "Amazon ECS Developer Guide, Supported Regions for Amazon ECS on AWS Fargate (github.com/awsdocs/amazon-ecs-developer-guide at 021abe8); Container Instances: github.com/virtual-kubelet/azure-aci, pull request 319 (2022-10-05), and docs.azure.cn, resource availability (2020-07-21)",
};

/** What the collected unit maps say of both regions of GovCloud: they cost the same. Each joins the card it is of. */
const GOV_USD: Readonly<Record<string, string>> = {
  "linux-amd64/cpu-second": "0.0486",
  "linux-amd64/memory-gib-second": "0.0053",
  "linux-arm64/cpu-second": "0.0374304",
  "linux-arm64/memory-gib-second": "0.0040866",
  "windows-amd64/cpu-second": "0.05589",
  "windows-amd64/memory-gib-second": "0.006095",
  "windows-amd64/os-cpu-second": "0.046",
  "storage/ephemeral-gib-second": "0.000133",
  "logs/log-gib": "0.675",
  "logs/log-scan-gib": "0.00675",
  "ipv4/ipv4-hour": "0.005",
  "ipv4/ipv4-idle-hour": "0.005",
  "nat/nat-gib": "0.054",
  "nat/nat-hour": "0.054",
};
const UNIT_MAPS = new Set(["aws-ecs-map", "aws-cloudwatch-map", "aws-vpc-map", "aws-natgateway-map"]);

/** The figures of a card with those of GovCloud beside them, where its unit map has any; in the order of their regions. */
export function withGov(
  { provider, product, meter, source }: PriceCardDocument,
  usd: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const gov = GOV_USD[`${product}/${meter}`];
  if (provider !== "ecs" || gov === undefined || !UNIT_MAPS.has(source)) return usd;
  const all = { ...usd, "us-gov-east-1": gov, "us-gov-west-1": gov };
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
