import type { TrustDocument, TrustSubject } from "../../domain/trust.ts";
import type { EcsConfig } from "./config.ts";
import { AUDIENCE } from "./credentials.ts";

/** What an owner of the account sets up so that this subject, and nobody else, may act: two policies and the Terraform for both. */
export function trustDocuments(config: EcsConfig, subject: TrustSubject): readonly TrustDocument[] {
  const trust = JSON.stringify(trustPolicy(config, subject), null, 2);
  const permissions = JSON.stringify(permissionPolicy(config), null, 2);
  return [
    { title: "Trust policy of the role Berth assumes (roles.berth)", format: "json", text: trust },
    { title: "Permissions of that role", format: "json", text: permissions },
    {
      title: "Both, the identity provider and the log groups as Terraform",
      format: "terraform",
      text: terraform(config, subject, trust, permissions),
    },
  ];
}

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

/** Only what the adapter calls; what it changes or removes must carry Berth's mark, and what it makes must be given it. */
export function permissionPolicy(config: EcsConfig): object {
  const partition = partitionOf(config);
  const account = config.accountId;
  const each = (arn: (region: string, cluster: string) => string) =>
    config.regions.map(({ region, cluster }) => arn(region, cluster));
  const of = (service: string, resource: (cluster: string) => string) =>
    each((region, cluster) => `arn:${partition}:${service}:${region}:${account}:${resource(cluster)}`);
  const inCluster = { ArnEquals: { "ecs:cluster": of("ecs", (cluster) => `cluster/${cluster}`) } };
  const made = { Null: { "aws:RequestTag/berth-unit": "false" } };
  const ours = { Null: { "aws:ResourceTag/berth-unit": "false" } };
  const express = config.roles.infrastructure !== undefined;
  const services = of("ecs", (cluster) => `service/${cluster}/*`);
  const definitions = of("ecs", () => "task-definition/berth-*:*");
  const tasks = of("ecs", (cluster) => `task/${cluster}/*`);
  return {
    Version: "2012-10-17",
    Statement: [
      allow("Look", LOOKS, ["*"]),
      allow("LookIntoClusters", ["ecs:ListTasks", "ecs:DescribeTasks"], ["*"], inCluster),
      allow("Register", ["ecs:RegisterTaskDefinition"], definitions, made),
      // Neither takes a resource (Service Authorization Reference, Amazon ECS): only what is named is known to be ours.
      allow("Deregister", ["ecs:DeregisterTaskDefinition"], ["*"]),
      allow(
        "MakeServices",
        ["ecs:CreateService", ...(express ? ["ecs:CreateExpressGatewayService"] : [])],
        services,
        made,
      ),
      allow("ChangeServices", [...CHANGES, ...(express ? EXPRESS_CHANGES : [])], services, ours),
      allow("RunTasks", ["ecs:RunTask"], definitions, inCluster),
      allow("StopTasks", ["ecs:StopTask"], tasks, { ...inCluster, ...ours }),
      allow("TagWhatIsMade", ["ecs:TagResource"], [...services, ...definitions, ...tasks], {
        StringEquals: { "ecs:CreateAction": TAGGED_BY },
      }),
      allow(
        "MakeSecrets",
        ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
        of("secretsmanager", () => "secret:b*/*"),
        made,
      ),
      allow(
        "ChangeSecrets",
        ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"],
        of("secretsmanager", () => "secret:b*/*"),
        ours,
      ),
      allow(
        "ReadLogs",
        ["logs:GetLogEvents"],
        of("logs", () => `log-group:${config.logGroup}:log-stream:*`),
      ),
      ...passRoles(config),
    ],
  };
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
];
const CHANGES = ["ecs:UpdateService", "ecs:DeleteService"];
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
    ...pass("PassToTasks", toTasks, "ecs-tasks.amazonaws.com"),
    ...pass(
      "PassToExpressMode",
      roles.infrastructure === undefined ? [] : [roles.infrastructure],
      "ecs.amazonaws.com",
    ),
  ];
}

function terraform(config: EcsConfig, { issuer }: TrustSubject, trust: string, permissions: string): string {
  const name = (config.roles.berth ?? "berth").split("/").at(-1) ?? "berth";
  const groups = config.regions.map(({ region }) =>
    [
      `resource "aws_cloudwatch_log_group" ${quoted(`berth_${region.replaceAll("-", "_")}`)} {`,
      `  region            = ${quoted(region)}`,
      `  name              = ${quoted(config.logGroup)}`,
      "  retention_in_days = 30",
      "}",
    ].join("\n"),
  );
  return [
    `resource "aws_iam_openid_connect_provider" "berth" {\n  url            = ${quoted(issuer)}\n  client_id_list = [${quoted(AUDIENCE)}]\n}`,
    `resource "aws_iam_role" "berth" {\n  name               = ${quoted(name)}\n  assume_role_policy = <<-JSON\n${trust}\nJSON\n}`,
    `resource "aws_iam_role_policy" "berth" {\n  role   = aws_iam_role.berth.id\n  policy = <<-JSON\n${permissions}\nJSON\n}`,
    ...groups,
  ].join("\n\n");
}

// In Terraform a template begins with ${ or %{ (Terraform language, "Strings and Templates").
const quoted = (text: string): string => JSON.stringify(text).replaceAll(/([$%])\{/g, "$1$1{");

const hostAndPath = (issuer: string): string => issuer.replace(/^https:\/\//, "").replace(/\/$/, "");

// China and GovCloud are partitions of their own, named by their regions (AWS General Reference, "ARN format").
function partitionOf({ regions }: EcsConfig): string {
  const region = regions[0]?.region ?? "";
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
