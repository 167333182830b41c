import type { TrustDocument, TrustSubject } from "../../domain/trust.ts";
import type { EcsConfig } from "./config.ts";
import { allow, ECS_SERVICE, OURS, permissionPolicy, secretsOf, TASKS_SERVICE } from "./statements.ts";

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
          Federated: `arn:${config.partition.id}:iam::${config.accountId}:oidc-provider/${provider}`,
        },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${provider}:aud`]: config.partition.audience, [`${provider}:sub`]: subject },
        },
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
    ...providerOf(config),
    `resource "aws_iam_openid_connect_provider" "berth" {\n  url            = ${quoted(issuer)}\n  client_id_list = [${quoted(config.partition.audience)}]\n}`,
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

// The provider is of the partition its region is in, and everybody's usual region is a commercial one.
function providerOf({ partition, regions }: EcsConfig): readonly string[] {
  if (partition.id === "aws") return [];
  const says = `# ${partition.name} (${partition.consoleUrl}); leave this out where your own provider block says the same.`;
  return [`${says}\nprovider "aws" {\n  region = ${quoted(regions[0]?.region ?? "")}\n}`];
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
