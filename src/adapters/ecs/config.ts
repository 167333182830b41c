import { type AwsPartition, awsPartition } from "../../catalog/aws-partitions.ts";
import { regionsOf as regionsOfBook } from "../../catalog/book.ts";
import { builtInBook } from "../../catalog/shipped-book.ts";
import {
  type ConfigObject,
  hint,
  integerIn,
  note,
  objectIn,
  objectsIn,
  parseConfig,
  textIn,
  wordIn,
} from "../config.ts";
import { MOST_BALANCER_SERVICES } from "../../catalog/shared-balancer.ts";
import type { NamedSecret } from "../named-secret.ts";

/** Services of AWS the adapter speaks to; a target may name an endpoint of its own for each. */
export const AWS_SERVICES = ["ecs", "ec2", "sts", "logs", "secretsmanager", "servicequotas", "iam"] as const;
export type AwsService = (typeof AWS_SERVICES)[number];

/** One region of a target: the cluster Berth may use there, and the network its tasks get. */
export interface EcsRegion {
  readonly region: string;
  readonly cluster: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** What a target of kind `ecs` says, with defaults. */
export interface EcsConfig {
  readonly accountId: string;
  readonly regions: readonly EcsRegion[];
  /** The partition that all of the regions are in. */
  readonly partition: AwsPartition;
  /** ARNs: what Berth becomes, what starts tasks, what the tasks are, and what Express Mode builds balancers with. */
  readonly roles: {
    readonly berth?: string | undefined;
    readonly execution: string;
    readonly task?: string | undefined;
    readonly infrastructure?: string | undefined;
  };
  /** Long-lived keys kept as a sealed secret, where no role can be assumed. */
  readonly credentials?: NamedSecret | undefined;
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>;
  /** How a task without Express Mode is reached: by public DNS name, by public address, or by its address in the VPC. */
  readonly address: "name" | "ip" | "private";
  readonly logGroup: string;
  /** Tasks of each Spot unit that run on demand all the same. */
  readonly onDemandBase: number;
  /** Services that share a load balancer of Express Mode, as the owner tells; prices take a service to have one to itself unless told. */
  readonly expressServices?: number | undefined;
  /** vCPUs that Berth may run at once in a region, where the owner wants it to keep to less than the account's own quota. */
  readonly quota: { readonly onDemandVcpu?: number | undefined; readonly spotVcpu?: number | undefined };
}

/** Amazon ECS API, AwsVpcConfiguration: at most 16 subnets and 5 security groups. */
const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;
const MOST_REGIONS = 40;
/** IAM, "IAM and AWS STS quotas": an ARN has at most 2,048 characters. */
const MOST_ARN_CHARS = 2_048;
const MOST_URL_CHARS = 2_048;
/** Amazon ECS API, CreateCluster: up to 255 letters, digits, _ and -. */
const CLUSTER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
const MOST_VCPU = 1_000_000;
/** Berth's own log group; its page says how it is made. */
const USUAL_LOG_GROUP = "/berth";

const PLACE_FIELDS = ["region", "cluster", "subnets", "securityGroups"] as const;
const FIELDS = [
  ...PLACE_FIELDS,
  "accountId",
  "regions",
  "roles",
  "credentials",
  "endpoints",
  "address",
  "logGroup",
  "onDemandBase",
  "expressServices",
  "quota",
];

/** The account at which AWS bills what runs there, of a stored configuration. */
export const ecsAccount = ({ accountId }: Partial<Readonly<Record<keyof EcsConfig, unknown>>>): unknown =>
  accountId;

/** Reads the configuration of a target of kind `ecs`. Throws `Fault` "invalid-body" with every problem. */
export function parseEcsConfig(document: unknown): EcsConfig {
  return parseConfig(document, FIELDS, (config) => {
    const quota = objectIn(config, "quota", ["onDemandVcpu", "spotVcpu"]);
    const regions = regionsOf(config);
    const partition = awsPartition(regions[0]?.region ?? "");
    return {
      accountId: matching(config, "accountId", /^\d{12}$/, "Give the account's 12 digits."),
      regions,
      partition,
      roles: rolesOf(config, partition),
      credentials: credentialsOf(config),
      endpoints: endpointsOf(config),
      address:
        config.fields["address"] === undefined
          ? "name"
          : wordIn(config, "address", ["name", "ip", "private"], "name"),
      // Amazon CloudWatch Logs API, CreateLogGroup: 1 to 512 characters.
      logGroup: textIn(config, "logGroup", 512) ?? USUAL_LOG_GROUP,
      onDemandBase: integerIn(config, "onDemandBase", 0, 1_000, 0),
      expressServices: integerIn(config, "expressServices", 1, MOST_BALANCER_SERVICES, undefined),
      quota: {
        onDemandVcpu: integerIn(quota, "onDemandVcpu", 0, MOST_VCPU, undefined),
        spotVcpu: integerIn(quota, "spotVcpu", 0, MOST_VCPU, undefined),
      },
    };
  });
}

/** The region of a target by its name, or undefined when the target does not name it. */
export function regionIn(config: EcsConfig, region: string): EcsRegion | undefined {
  return config.regions.find((one) => one.region === region);
}

function regionsOf(config: ConfigObject): readonly EcsRegion[] {
  const given = config.fields["regions"] !== undefined;
  if (given && PLACE_FIELDS.some((field) => config.fields[field] !== undefined))
    note(config, "regions", `Give regions, or ${PLACE_FIELDS.join(", ")} beside it, but not both.`);
  if (!given) return [regionOf(config)];
  const regions = objectsIn(config, "regions", PLACE_FIELDS, MOST_REGIONS).map(regionOf);
  if (regions.length === 0) note(config, "regions", "Name at least one region.");
  if (new Set(regions.map(({ region }) => region)).size < regions.length)
    note(config, "regions", "Name each region once.");
  refuseTwoPartitions(config, regions);
  return regions;
}

// An account, its roles and its keys are of one partition.
function refuseTwoPartitions(config: ConfigObject, regions: readonly EcsRegion[]): void {
  const named = regions.map(({ region }) => region).filter((region) => region !== "");
  const partitions = [...Map.groupBy(named, (region) => awsPartition(region).name)];
  if (partitions.length < 2) return;
  const parts = partitions.map(([name, inIt]) => `${inIt.join(", ")} of ${name}`);
  note(
    config,
    "regions",
    `A target lies in one partition of AWS, and these are in ${partitions.length}: ${parts.join("; ")}. Make a target of each.`,
  );
}

function regionOf(config: ConfigObject): EcsRegion {
  return {
    region: regionNameIn(config),
    cluster: matching(config, "cluster", CLUSTER, "Give the name of the ECS cluster (not its ARN)."),
    subnets: idsIn(config, "subnets", /^subnet-[0-9a-f]{8,17}$/, "subnet-0a1b2c3d", MOST_SUBNETS),
    securityGroups: idsIn(
      config,
      "securityGroups",
      /^sg-[0-9a-f]{8,17}$/,
      "sg-0a1b2c3d",
      MOST_SECURITY_GROUPS,
    ),
  };
}

// Without its prices and its place on the map nothing could be offered in a region, and nobody would be told why.
function regionNameIn(config: ConfigObject): string {
  const known = regionsOfBook(builtInBook(), "ecs");
  const region = matching(config, "region", REGION, "Give a region such as eu-west-1.");
  if (region !== "" && !known.includes(region))
    note(config, "region", `AWS has no region ${region} in the catalog${hint(region, known)}`);
  return region;
}

function rolesOf(config: ConfigObject, partition: AwsPartition): EcsConfig["roles"] {
  const roles = objectIn(config, "roles", ["berth", "execution", "task", "infrastructure"]);
  const arn = (field: string) => {
    const text = textIn(roles, field, MOST_ARN_CHARS);
    if (text !== undefined && !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(text))
      note(roles, field, `Give the role's ARN, such as arn:${partition.id}:iam::123456789012:role/berth.`);
    else if (text !== undefined && !text.startsWith(`arn:${partition.id}:`))
      note(
        roles,
        field,
        `The role is of another partition: ARNs of ${partition.name} begin with arn:${partition.id}:.`,
      );
    return text;
  };
  if (roles.fields["execution"] === undefined)
    note(
      roles,
      "execution",
      "Give the task execution role: without it no image of ECR, no log and no secret can be had.",
    );
  if (roles.fields["berth"] === undefined && config.fields["credentials"] === undefined)
    note(
      roles,
      "berth",
      "Give the role that Berth assumes by its own tokens, or credentials with long-lived keys.",
    );
  const { express } = partition.unproven;
  if (express !== undefined && roles.fields["infrastructure"] !== undefined)
    note(roles, "infrastructure", `${express}.`);
  const [berth, task, infrastructure] = [arn("berth"), arn("task"), arn("infrastructure")];
  return { berth, execution: arn("execution") ?? "", task, infrastructure };
}

function credentialsOf(config: ConfigObject): EcsConfig["credentials"] {
  if (config.fields["credentials"] === undefined) return undefined;
  const fields = objectIn(config, "credentials", ["secret", "environment"]);
  const secret = textIn(fields, "secret", 80);
  if (secret === undefined) note(fields, "secret", "Name the sealed secret that holds the access key.");
  return { secret: secret ?? "", environment: textIn(fields, "environment", 63) ?? "production" };
}

function endpointsOf(config: ConfigObject): EcsConfig["endpoints"] {
  const fields = objectIn(config, "endpoints", AWS_SERVICES);
  const given = AWS_SERVICES.flatMap((service) => {
    const url = textIn(fields, service, MOST_URL_CHARS);
    if (url === undefined) return [];
    if (!isSafeUrl(url))
      note(fields, service, "Give an https URL; http only for this machine's own address.");
    return [[service, url] as const];
  });
  return Object.fromEntries(given);
}

function isSafeUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") return false;
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && loopback);
}

function matching(config: ConfigObject, field: string, pattern: RegExp, message: string): string {
  const value = config.fields[field];
  if (typeof value === "string" && pattern.test(value)) return value;
  note(config, field, message);
  return "";
}

function idsIn(
  config: ConfigObject,
  field: string,
  pattern: RegExp,
  like: string,
  most: number,
): readonly string[] {
  const value: unknown = config.fields[field];
  const ids: readonly unknown[] = Array.isArray(value) ? value : [];
  const good = ids.filter((id): id is string => typeof id === "string" && pattern.test(id));
  if (good.length === 0 || good.length !== ids.length || good.length > most)
    note(config, field, `Give 1 to ${most} ids such as ${like}, all of one VPC.`);
  return good;
}
