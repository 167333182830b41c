import type { Bucket } from "../throttle.ts";
import type { Operation } from "./api.ts";
import type { AwsService } from "./config.ts";

/** One published limit: so many calls at once, so many a second for good. */
interface Limit {
  readonly api: string;
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Amazon ECS API Reference, "Request throttling for the Amazon ECS API": service modify, service and cluster reads,
 * RegisterTaskDefinition and reads of definitions, tasks. Express Mode names no limit of its own: its writes are counted with those of services.
 */
const SERVICE_MODIFY: Limit = { api: "service-modify", burst: 50, perSecond: 5 };
const READ: Limit = { api: "read", burst: 100, perSecond: 20 };
const REGISTER: Limit = { api: "register", burst: 20, perSecond: 1 };
const DEFINITION_READ: Limit = { api: "definition-read", burst: 50, perSecond: 20 };
const TASK_MODIFY: Limit = { api: "stop-task", burst: 100, perSecond: 40 };
/** Fargate starts fewer than RunTask takes (Amazon ECS developer guide, "AWS Fargate throttling quotas"): 100 tasks at once, 20/s. */
const RUN_TASK: Limit = { api: "run-task", burst: 100, perSecond: 20 };
/** Amazon EC2 API, "Request throttling": non-mutating actions with ids have a bucket of 100, refilled by 20/s. */
const EC2_READ: Limit = { api: "ec2-read", burst: 100, perSecond: 20 };
/** CloudWatch Logs quotas: GetLogEvents 25/s a region in the slowest of them; half of it leaves room for people. */
const LOGS_READ: Limit = { api: "logs-read", burst: 10, perSecond: 10 };
/** Secrets Manager quotas: writes 50/s together; DeleteSecret and CreateSecret are the slowest kinds. Assumed: a tenth of that. */
const SECRETS_MODIFY: Limit = { api: "secrets-modify", burst: 10, perSecond: 5 };
const SECRETS_READ: Limit = { api: "secrets-read", burst: 40, perSecond: 20 };
/** Service Quotas holds its own calls to rates that it tells only as quotas. Assumed: 5/s; a region has four to read, and seldom. */
const QUOTAS_READ: Limit = { api: "quotas-read", burst: 10, perSecond: 5 };
/** STS quotas: 600/s for each account and region; far more than is ever asked here. */
const STS: Limit = { api: "sts", burst: 100, perSecond: 50 };

/** IAM publishes no figure for its own calls. Assumed: a check's simulations at once, and 5/s; only checks ask, and seldom. */
const IAM_READ: Limit = { api: "iam-read", burst: 60, perSecond: 5 };

/** What has to be known of each operation to send it well. `repeatable`: a lost answer may be asked for again by the same call. */
interface OperationFacts {
  readonly service: AwsService;
  readonly limit: Limit;
  readonly repeatable: boolean;
}

const reading = (service: AwsService, limit: Limit): OperationFacts => ({ service, limit, repeatable: true });

/** Every operation: which service it is of, whose tokens it takes, whether it may be sent again. */
export const OPERATIONS: Readonly<Record<Operation, OperationFacts>> = {
  DescribeClusters: reading("ecs", READ),
  // Registered twice it is two revisions, of which one stays unused.
  RegisterTaskDefinition: { service: "ecs", limit: REGISTER, repeatable: false },
  DescribeTaskDefinition: reading("ecs", DEFINITION_READ),
  DeregisterTaskDefinition: { service: "ecs", limit: REGISTER, repeatable: true },
  // Names no limit of its own: it is counted with the other writes of task definitions.
  DeleteTaskDefinitions: { service: "ecs", limit: REGISTER, repeatable: true },
  ListTaskDefinitions: reading("ecs", DEFINITION_READ),
  ListTaskDefinitionFamilies: reading("ecs", DEFINITION_READ),
  // Its clientToken makes the second one the first.
  CreateService: { service: "ecs", limit: SERVICE_MODIFY, repeatable: true },
  DescribeServices: reading("ecs", READ),
  ListServices: reading("ecs", READ),
  UpdateService: { service: "ecs", limit: SERVICE_MODIFY, repeatable: true },
  DeleteService: { service: "ecs", limit: SERVICE_MODIFY, repeatable: true },
  // It has no clientToken: whether it was made is read by its name.
  CreateExpressGatewayService: { service: "ecs", limit: SERVICE_MODIFY, repeatable: false },
  DescribeExpressGatewayService: reading("ecs", READ),
  UpdateExpressGatewayService: { service: "ecs", limit: SERVICE_MODIFY, repeatable: true },
  DeleteExpressGatewayService: { service: "ecs", limit: SERVICE_MODIFY, repeatable: true },
  // Its clientToken makes the second one the first.
  RunTask: { service: "ecs", limit: RUN_TASK, repeatable: true },
  ListTasks: reading("ecs", READ),
  DescribeTasks: reading("ecs", READ),
  StopTask: { service: "ecs", limit: TASK_MODIFY, repeatable: true },
  DescribeNetworkInterfaces: reading("ec2", EC2_READ),
  DescribeSubnets: reading("ec2", EC2_READ),
  DescribeSecurityGroups: reading("ec2", EC2_READ),
  GetLogEvents: reading("logs", LOGS_READ),
  CreateSecret: { service: "secretsmanager", limit: SECRETS_MODIFY, repeatable: false },
  DescribeSecret: reading("secretsmanager", SECRETS_READ),
  GetSecretValue: reading("secretsmanager", SECRETS_READ),
  PutSecretValue: { service: "secretsmanager", limit: SECRETS_MODIFY, repeatable: true },
  ListSecrets: reading("secretsmanager", SECRETS_READ),
  DeleteSecret: { service: "secretsmanager", limit: SECRETS_MODIFY, repeatable: true },
  GetServiceQuota: reading("servicequotas", QUOTAS_READ),
  SimulatePrincipalPolicy: reading("iam", IAM_READ),
  GetCallerIdentity: reading("sts", STS),
  AssumeRoleWithWebIdentity: reading("sts", STS),
};

/** The tokens an operation takes from: quotas belong to account, region and API. */
export function bucketOf(accountId: string, region: string, operation: Operation): Bucket {
  const { api, burst, perSecond } = OPERATIONS[operation].limit;
  return { key: `aws/${accountId}/${region}/${api}`, burst, perSecond };
}

/** Amazon ECS service quotas, not adjustable or default: tasks of a service, services of a cluster, containers of a task. */
export const MOST_TASKS_PER_SERVICE = 5_000;
export const MOST_SERVICES_PER_CLUSTER = 5_000;
/** Amazon ECS API: how much one call takes. */
export const SERVICES_PER_DESCRIBE = 10;
export const TASKS_PER_DESCRIBE = 100;
export const DEFINITIONS_PER_DELETE = 10;
export const ENTRIES_PER_PAGE = 100;
/** A list of more pages than this is a cluster that Berth does not look through; it says so instead of guessing. */
export const MOST_PAGES = 100;
