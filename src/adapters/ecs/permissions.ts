import type { TrustDocument, TrustSubject } from "../../domain/trust.ts";
import type { EcsConfig } from "./config.ts";
import { AUDIENCE } from "./credentials.ts";

/** What an owner of the account sets up so that this subject, and nobody else, may act: a role each for Berth, tasks and Express Mode. */
export function trustDocuments(config: EcsConfig, subject: TrustSubject): readonly TrustDocument[] {
  const texts = {
    trust: pretty(trustPolicy(config, subject)),
    permissions: pretty(permissionPolicy(config)),
    execution: pretty(executionPolicy(config)),
  };
  const json = (title: string, text: string): TrustDocument => ({ title, format: "json", text });
  const express = `Trust policy of the role of Express Mode (roles.infrastructure); attach AWS's own ${INFRASTRUCTURE_POLICY} to it`;
  return [
    json("Trust policy of the role Berth assumes (roles.berth)", texts.trust),
    json("Permissions of that role", texts.permissions),
    json(
      `Trust policy of the role tasks are started with (roles.execution); attach AWS's own ${EXECUTION_POLICY} to it`,
      pretty(serviceTrust(TASKS_SERVICE, config)),
    ),
    json("Permissions of that role beside it", texts.execution),
    ...(config.roles.infrastructure === undefined ? [] : [json(express, pretty(serviceTrust(ECS_SERVICE)))]),
    {
      title: "All of it, the identity provider and the log groups as Terraform",
      format: "terraform",
      text: terraform(config, subject, texts),
    },
  ];
}

/** Amazon ECS developer guide, "Task execution IAM role", "Infrastructure IAM role": what AWS keeps for each. */
const EXECUTION_POLICY = "AmazonECSTaskExecutionRolePolicy";
const INFRASTRUCTURE_POLICY = "AmazonECSInfrastructureRoleforExpressGatewayServices";
const TASKS_SERVICE = "ecs-tasks.amazonaws.com";
const ECS_SERVICE = "ecs.amazonaws.com";

const pretty = (document: object): string => JSON.stringify(document, null, 2);

/** Lets in the one subject of this target, with a token meant for AWS. */
export function trustPolicy(config: EcsConfig, { issuer, subject }: TrustSubject): object {
  const provider = hostAndPath(issuer);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: {
          Federated: `arn:${partitionOf(config)}:iam::${config.accountId}:oidc-provider/${provider}`,
        },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${provider}:aud`]: AUDIENCE, [`${provider}:sub`]: subject } },
      },
    ],
  };
}

/** Lets a service of AWS take a role, for the account it is asked by where one is given. */
function serviceTrust(service: string, config?: EcsConfig): object {
  const condition =
    config === undefined ? {} : { Condition: { StringEquals: { "aws:SourceAccount": config.accountId } } };
  const statement = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...condition,
  };
  return { Version: "2012-10-17", Statement: [statement] };
}

/** What tasks are started with beside AWS's own policy: the secrets that Berth keeps for them. */
function executionPolicy(config: EcsConfig): object {
  const statement = allow("ReadSecrets", ["secretsmanager:GetSecretValue"], secretsOf(config), OURS);
  return { Version: "2012-10-17", Statement: [statement] };
}

/**
 * Only what the adapter calls; what it changes or removes must carry Berth's mark, and what it makes must be given it. Regions are one
 * statement and not part of each ARN, for a role's inline policies have 10,240 characters together (IAM, "IAM and AWS STS quotas").
 */
export function permissionPolicy(config: EcsConfig): object {
  const clusters = clustersOf(config);
  const of = (service: string, resource: string) => arn(config, service, resource);
  const inCluster = {
    ArnLike: { "ecs:cluster": clusters.map((name) => of("ecs", `cluster/${name}`)) },
  };
  const made = { Null: { "aws:RequestTag/berth-unit": "false" } };
  const express = config.roles.infrastructure !== undefined;
  const services = clusters.map((name) => of("ecs", `service/${name}/*`));
  const definitions = [of("ecs", "task-definition/berth-*:*")];
  const tasks = clusters.map((name) => of("ecs", `task/${name}/*`));
  const secrets = secretsOf(config);
  return {
    Version: "2012-10-17",
    Statement: [
      allow("Look", LOOKS, ["*"]),
      allow("LookIntoClusters", ["ecs:ListTasks", "ecs:DescribeTasks"], ["*"], inCluster),
      allow("Register", ["ecs:RegisterTaskDefinition"], definitions, made),
      // It takes no resource (Service Authorization Reference, Amazon ECS): only what is named is known to be ours.
      allow("Deregister", ["ecs:DeregisterTaskDefinition"], ["*"]),
      allow("DeleteDefinitions", ["ecs:DeleteTaskDefinitions"], definitions, OURS),
      allow(
        "MakeServices",
        ["ecs:CreateService", ...(express ? ["ecs:CreateExpressGatewayService"] : [])],
        services,
        made,
      ),
      allow("ChangeServices", [...CHANGES, ...(express ? EXPRESS_CHANGES : [])], services, OURS),
      allow("RunTasks", ["ecs:RunTask"], definitions, inCluster),
      allow("StopTasks", ["ecs:StopTask"], tasks, { ...inCluster, ...OURS }),
      allow("TagWhatIsMade", ["ecs:TagResource"], [...services, ...definitions, ...tasks], {
        StringEquals: { "ecs:CreateAction": TAGGED_BY },
      }),
      allow("MakeSecrets", ["secretsmanager:CreateSecret", "secretsmanager:TagResource"], secrets, made),
      // A secret that is not there has no tags either, and would be refused instead of not found.
      allow("LookAtSecrets", ["secretsmanager:DescribeSecret"], secrets),
      allow("ChangeSecrets", SECRET_CHANGES, secrets, OURS),
      allow("ReadLogs", ["logs:GetLogEvents"], [of("logs", `log-group:${config.logGroup}:log-stream:*`)]),
      ...passRoles(config),
      nowhereElse(config),
    ],
  };
}

const OURS = { Null: { "aws:ResourceTag/berth-unit": "false" } };

const secretsOf = (config: EcsConfig): readonly string[] => [arn(config, "secretsmanager", "secret:b*/*")];

function arn(config: EcsConfig, service: string, resource: string): string {
  return `arn:${partitionOf(config)}:${service}:*:${config.accountId}:${resource}`;
}

// Passing a role is of IAM, which is in no region.
function nowhereElse({ regions }: EcsConfig): object {
  return {
    Sid: "NowhereElse",
    Effect: "Deny",
    NotAction: ["iam:PassRole"],
    Resource: ["*"],
    Condition: { StringNotEquals: { "aws:RequestedRegion": regions.map(({ region }) => region) } },
  };
}

// Clusters of more names than these are all named by one pattern, or the policy would pass its limit; the mark still binds.
const MOST_CLUSTERS = 8;
const MOST_CLUSTER_CHARS = 400;

function clustersOf({ regions }: EcsConfig): readonly string[] {
  const names = [...new Set(regions.map(({ cluster }) => cluster))];
  return names.length > MOST_CLUSTERS || names.join("").length > MOST_CLUSTER_CHARS ? ["*"] : names;
}

const LOOKS = [
  "ecs:DescribeClusters",
  "ecs:DescribeServices",
  "ecs:DescribeExpressGatewayService",
  "ecs:DescribeTaskDefinition",
  "ecs:ListServices",
  "ecs:ListTaskDefinitions",
  "ecs:ListTaskDefinitionFamilies",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "secretsmanager:ListSecrets",
  "servicequotas:GetServiceQuota",
];
const CHANGES = ["ecs:UpdateService", "ecs:DeleteService"];
const SECRET_CHANGES = [
  "secretsmanager:GetSecretValue",
  "secretsmanager:PutSecretValue",
  "secretsmanager:DeleteSecret",
];
const EXPRESS_CHANGES = ["ecs:UpdateExpressGatewayService", "ecs:DeleteExpressGatewayService"];
const TAGGED_BY = ["RegisterTaskDefinition", "CreateService", "CreateExpressGatewayService", "RunTask"];

function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  condition?: object,
): object {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

// A role is passed only to the service it is for.
function passRoles({ roles }: EcsConfig): readonly object[] {
  const pass = (sid: string, arns: readonly string[], service: string) =>
    arns.length === 0
      ? []
      : [allow(sid, ["iam:PassRole"], arns, { StringEquals: { "iam:PassedToService": service } })];
  const toTasks = [roles.execution, ...(roles.task === undefined ? [] : [roles.task])];
  return [
    ...pass("PassToTasks", toTasks, TASKS_SERVICE),
    ...pass(
      "PassToExpressMode",
      roles.infrastructure === undefined ? [] : [roles.infrastructure],
      ECS_SERVICE,
    ),
  ];
}

interface Texts {
  readonly trust: string;
  readonly permissions: string;
  readonly execution: string;
}

function terraform(config: EcsConfig, { issuer }: TrustSubject, texts: Texts): string {
  const groups = config.regions.map(({ region }) =>
    [
      `resource "aws_cloudwatch_log_group" ${quoted(`berth_${region.replaceAll("-", "_")}`)} {`,
      `  region            = ${quoted(region)}`,
      `  name              = ${quoted(config.logGroup)}`,
      "  retention_in_days = 30",
      "}",
    ].join("\n"),
  );
  const { berth, execution, infrastructure } = config.roles;
  return [
    `resource "aws_iam_openid_connect_provider" "berth" {\n  url            = ${quoted(issuer)}\n  client_id_list = [${quoted(AUDIENCE)}]\n}`,
    ...roleIn("berth", berth ?? "berth", texts.trust),
    policyIn("berth", texts.permissions),
    ...roleIn("execution", execution, pretty(serviceTrust(TASKS_SERVICE, config)), EXECUTION_POLICY),
    policyIn("execution", texts.execution),
    ...(infrastructure === undefined
      ? []
      : roleIn("infrastructure", infrastructure, pretty(serviceTrust(ECS_SERVICE)), INFRASTRUCTURE_POLICY)),
    ...groups,
  ].join("\n\n");
}

function roleIn(label: string, roleArn: string, trust: string, managed?: string): readonly string[] {
  const name = roleArn.split("/").at(-1) ?? label;
  const role = `resource "aws_iam_role" "${label}" {\n  name               = ${quoted(name)}\n  assume_role_policy = <<-JSON\n${literal(trust)}\nJSON\n}`;
  if (managed === undefined) return [role];
  // By its name: the path in the ARN of one of AWS's own policies differs from one to the next.
  const found = `data "aws_iam_policy" "${label}" {\n  name = ${quoted(managed)}\n}`;
  const attached = `resource "aws_iam_role_policy_attachment" "${label}" {\n  role       = aws_iam_role.${label}.name\n  policy_arn = data.aws_iam_policy.${label}.arn\n}`;
  return [role, found, attached];
}

function policyIn(label: string, policy: string): string {
  return `resource "aws_iam_role_policy" "${label}" {\n  role   = aws_iam_role.${label}.id\n  policy = <<-JSON\n${literal(policy)}\nJSON\n}`;
}

// In Terraform a template begins with ${ or %{ (Terraform language, "Strings and Templates").
const literal = (text: string): string => text.replaceAll(/([$%])\{/g, "$1$1{");
const quoted = (text: string): string => literal(JSON.stringify(text));

const hostAndPath = (issuer: string): string => issuer.replace(/^https:\/\//, "").replace(/\/$/, "");

// China and GovCloud are partitions of their own, named by their regions (AWS General Reference, "ARN format").
function partitionOf({ regions }: EcsConfig): string {
  const region = regions[0]?.region ?? "";
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
