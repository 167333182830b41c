import type { Because } from "../domain/feature.ts";
import type { Realm } from "../domain/realm.ts";

/** What not every region of AWS has by its documents. */
export type AwsAbility = "fargate" | "spot" | "arm64" | "express";

/** One partition of AWS: regions with accounts, roles, endpoints and a console of their own, which no other partition knows. */
export interface AwsPartition {
  /** As it stands in ARNs. */
  readonly id: "aws" | "aws-us-gov" | "aws-cn" | "aws-eusc";
  /** As sentences call it. */
  readonly name: string;
  readonly realm: Realm;
  /** What its regions are named. */
  readonly regions: RegExp;
  /** What the host names of its services end in. */
  readonly dnsSuffix: string;
  /** Audience of the tokens that its STS exchanges; the identity provider in the account names the same. */
  readonly audience: string;
  readonly consoleUrl: string;
  /** Why its prices are not read; absent where AWS's public list has them in USD. */
  readonly unlisted?: Because | undefined;
  /** What no document that Berth knows says is there, each with what to do instead. */
  readonly unproven: Readonly<Partial<Record<AwsAbility, Because>>>;
}

const SPOT = (name: string): Because =>
  `No document says that Fargate Spot is in ${name}: associate FARGATE_SPOT with the target's cluster, and the cluster's word is taken, or buy on demand`;
const ARM = (name: string): Because =>
  `No document says that Fargate runs arm64 in ${name}: build the image for amd64, too`;
const EXPRESS = (name: string): Because =>
  `No document says that ECS Express Mode is in ${name}: leave roles.infrastructure out, and tasks are reached at their own addresses`;

const GOV = "AWS GovCloud (US)";
const CHINA = "AWS in China";
const EUSC = "the AWS European Sovereign Cloud";

/**
 * Every partition that is open to customers. Names and suffixes: botocore's partitions.json, as @aws-sdk/core 3.981.0 carries it, which
 * the tests compare. Audience: aws-actions/configure-aws-credentials, README, "OIDC audience" (2025-06). Fargate: Amazon ECS Developer
 * Guide, "Supported Regions for Amazon ECS on AWS Fargate", which names the regions of GovCloud and China; arm64 in GovCloud: its price
 * in the AWS metered unit map of 2025-10-27; Express Mode in GovCloud: announced on 2026-06-15. Consoles: AWS GovCloud (US) user guide;
 * "Getting started with Amazon Web Services in China"; the European Sovereign Cloud's launch of 2026-01-15.
 */
export const AWS_PARTITIONS: readonly [AwsPartition, ...AwsPartition[]] = [
  {
    id: "aws",
    name: "AWS's commercial regions",
    realm: "commercial",
    regions: /^(?!us-gov-|us-iso|cn-|eusc-)/,
    dnsSuffix: "amazonaws.com",
    audience: "sts.amazonaws.com",
    consoleUrl: "https://console.aws.amazon.com",
    unproven: {},
  },
  {
    id: "aws-us-gov",
    name: GOV,
    realm: "us-gov",
    regions: /^us-gov-/,
    dnsSuffix: "amazonaws.com",
    audience: "sts.amazonaws.com",
    consoleUrl: "https://console.amazonaws-us-gov.com",
    unproven: { spot: SPOT(GOV) },
  },
  {
    id: "aws-cn",
    name: CHINA,
    realm: "china",
    regions: /^cn-/,
    dnsSuffix: "amazonaws.com.cn",
    audience: "sts.amazonaws.com.cn",
    consoleUrl: "https://console.amazonaws.cn",
    unlisted: "AWS in China lists its prices in CNY and elsewhere",
    unproven: { spot: SPOT(CHINA), arm64: ARM(CHINA), express: EXPRESS(CHINA) },
  },
  {
    id: "aws-eusc",
    name: EUSC,
    realm: "eu-sovereign",
    regions: /^eusc-/,
    dnsSuffix: "amazonaws.eu",
    audience: "sts.amazonaws.com",
    consoleUrl: "https://console.amazonaws-eusc.eu",
    unlisted: "the AWS European Sovereign Cloud lists its prices in EUR and elsewhere",
    unproven: {
      fargate: `No document that Berth knows says that Fargate is in ${EUSC}: associate FARGATE with the target's cluster, and the cluster's word is taken`,
      spot: SPOT(EUSC),
      arm64: ARM(EUSC),
      express: EXPRESS(EUSC),
    },
  },
];

/** The partition a region is in. One that no other partition names is commercial. */
export function awsPartition(region: string): AwsPartition {
  return AWS_PARTITIONS.find(({ regions }) => regions.test(region)) ?? AWS_PARTITIONS[0];
}

/** The partition whose roles pull from a registry of ECR, told by its host; undefined for every other registry. */
export function ecrPartition(host: string): AwsPartition | undefined {
  const { region, suffix } = ECR.exec(host)?.groups ?? {};
  if (region === undefined) return undefined;
  const partition = awsPartition(region);
  return suffix === partition.dnsSuffix ? partition : undefined;
}

/** Amazon ECR User Guide, "Amazon ECR private registry": the account, the region, and the partition's ending. */
const ECR = /^\d{12}\.dkr\.ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?<suffix>amazonaws\.[a-z.]+)$/;
