import type { EcsConfig } from "./config.ts";

/** One statement of an IAM policy (IAM User Guide, "IAM JSON policy elements reference"). */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: readonly string[];
  /** Operator, key and values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Services of AWS that are passed a role: they are called so in every partition (the `aws_service_principal` of hashicorp/terraform-provider-aws, 2025). */
export const TASKS_SERVICE = "ecs-tasks.amazonaws.com";
export const ECS_SERVICE = "ecs.amazonaws.com";

/**
 * Only what the adapter calls; what it changes or removes must carry Berth's mark, and what it makes must be given it. Regions are one
 * statement and not part of each ARN, for a role's inline policies have 10,240 characters together (IAM, "IAM and AWS STS quotas").
 */
export function permissionPolicy(config: EcsConfig): {
  readonly Version: string;
  readonly Statement: readonly Statement[];
} {
  const statements = [
    ...lookStatements(config),
    ...actStatements(config),
    ...simulateItself(config),
    nowhereElse(config),
  ];
  return { Version: "2012-10-17", Statement: statements };
}

/** What Berth reads: a check tries each of these calls itself. */
function lookStatements(config: EcsConfig): readonly Statement[] {
  return [
    allow("Look", LOOKS, ["*"]),
    allow("LookIntoClusters", ["ecs:ListTasks", "ecs:DescribeTasks"], ["*"], inCluster(config)),
    // A secret that is not there has no tags either, and would be refused instead of not found.
    allow("LookAtSecrets", ["secretsmanager:DescribeSecret"], secretsOf(config)),
    allow(
      "ReadLogs",
      ["logs:GetLogEvents"],
      [arn(config, "logs", `log-group:${config.logGroup}:log-stream:*`)],
    ),
  ];
}

/** What a check cannot try, for it would be done: makes, changes, removals, a secret's value, and the passing of roles. */
export function actStatements(config: EcsConfig): readonly Statement[] {
  const clusters = clustersOf(config);
  const of = (service: string, resource: string) => arn(config, service, resource);
  const made = { Null: { "aws:RequestTag/berth-unit": "false" } };
  const express = config.roles.infrastructure !== undefined;
  const services = clusters.map((name) => of("ecs", `service/${name}/*`));
  const definitions = [of("ecs", "task-definition/berth-*:*")];
  const tasks = clusters.map((name) => of("ecs", `task/${name}/*`));
  const secrets = secretsOf(config);
  return [
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
    allow("RunTasks", ["ecs:RunTask"], definitions, inCluster(config)),
    allow("StopTasks", ["ecs:StopTask"], tasks, { ...inCluster(config), ...OURS }),
    allow("TagWhatIsMade", ["ecs:TagResource"], [...services, ...definitions, ...tasks], {
      StringEquals: { "ecs:CreateAction": TAGGED_BY },
    }),
    allow("MakeSecrets", ["secretsmanager:CreateSecret", "secretsmanager:TagResource"], secrets, made),
    allow("ChangeSecrets", SECRET_CHANGES, secrets, OURS),
    ...passRoles(config),
  ];
}

/** What carries Berth's mark. */
export const OURS = { Null: { "aws:ResourceTag/berth-unit": "false" } };

/** Every secret that can be Berth's, by its name. */
export const secretsOf = (config: EcsConfig): readonly string[] => [
  arn(config, "secretsmanager", "secret:b*/*"),
];

/** A statement that allows. */
export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  condition?: Statement["Condition"],
): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function inCluster(config: EcsConfig): NonNullable<Statement["Condition"]> {
  const clusters = clustersOf(config).map((name) => arn(config, "ecs", `cluster/${name}`));
  return { ArnLike: { "ecs:cluster": clusters } };
}

function arn(config: EcsConfig, service: string, resource: string): string {
  return `arn:${config.partition.id}:${service}:*:${config.accountId}:${resource}`;
}

const SIMULATE = "iam:SimulatePrincipalPolicy";

// With it a check asks what the role may do, of this role alone.
function simulateItself({ roles }: EcsConfig): readonly Statement[] {
  return roles.berth === undefined ? [] : [allow("SimulateItself", [SIMULATE], [roles.berth])];
}

// Passing and simulating a role is of IAM, which is in no region.
function nowhereElse({ regions }: EcsConfig): Statement {
  return {
    Sid: "NowhereElse",
    Effect: "Deny",
    NotAction: ["iam:PassRole", SIMULATE],
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

// A role is passed only to the service it is for.
function passRoles({ roles }: EcsConfig): readonly Statement[] {
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
