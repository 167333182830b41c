import type { InputOf, Operation } from "../api.ts";
import type { AwsService } from "../config.ts";
import { bucketOf, OPERATIONS } from "../quotas.ts";
import { describeClusters } from "./clusters.ts";
import * as definitions from "./definitions.ts";
import * as express from "./express.ts";
import { SimFailure } from "./failure.ts";
import { assumeRoleWithWebIdentity, getCallerIdentity } from "./identity.ts";
import { simulatePrincipalPolicy } from "./iam.ts";
import { getLogEvents } from "./logs.ts";
import { describeNetworkInterfaces, describeSecurityGroups, describeSubnets } from "./network.ts";
import { advance } from "./progress.ts";
import type { EcsRules, FaultRule } from "./rules.ts";
import { getServiceQuota } from "./service-quotas.ts";
import * as secrets from "./secrets.ts";
import * as services from "./services.ts";
import type { EcsState } from "./state.ts";
import * as tasks from "./tasks.ts";
import { World } from "./world.ts";

/** One call of AWS's API, as JSON. */
export interface EcsRequest {
  readonly service: AwsService;
  readonly operation: Operation;
  readonly region: string;
  readonly input: unknown;
}

/** What AWS answers: a result, one of its errors, or nothing, for the answer was lost. Moments are seconds. */
export type EcsReply =
  | { readonly said: "result"; readonly output: object }
  | {
      readonly said: "error";
      readonly code: string;
      readonly message: string;
      readonly status: number;
      readonly resourceIds?: readonly string[];
    }
  | { readonly said: "nothing" };

/** The account after one call, and what it answers. Pure: the same account, call, moment and rules give the same. */
export function simulate(
  state: EcsState,
  request: EcsRequest,
  now: number,
  rules: EcsRules,
): { readonly state: EcsState; readonly reply: EcsReply } {
  const world = new World(state, request.region, now, rules);
  advance(world);
  const fault = strike(world, request.operation);
  if (fault?.when === "before") return { state: world.state(), reply: faultReply(fault) };
  if (isThrottled(world, request)) return { state: world.state(), reply: throttled(request) };
  const reply = answer(world, request);
  const kept = world.state();
  if (fault === undefined) return { state: kept, reply };
  return { state: kept, reply: fault.when === "lost" ? { said: "nothing" } : faultReply(fault) };
}

// EC2 has a code of its own for it (Amazon EC2 developer guide, "Request throttling for the Amazon EC2 API").
const throttled = ({ service }: EcsRequest): EcsReply =>
  service === "ec2"
    ? { said: "error", code: "RequestLimitExceeded", message: "Request limit exceeded.", status: 503 }
    : { said: "error", code: "ThrottlingException", message: "Rate exceeded", status: 400 };

function answer(world: World, { operation, input }: EcsRequest): EcsReply {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a request off the wire: its contract is judged where it comes in
  const handle = HANDLERS[operation] as (world: World, input: unknown) => object;
  const before = world.here;
  try {
    return { said: "result", output: handle(world, input) };
  } catch (error) {
    if (!(error instanceof SimFailure)) throw error;
    world.here = before;
    const { code, message, status, resourceIds } = error;
    return { said: "error", code, message, status, ...(resourceIds === undefined ? {} : { resourceIds }) };
  }
}

function strike(world: World, operation: Operation): FaultRule | undefined {
  for (const [index, rule] of world.rules.faults.entries()) {
    if (rule.operation !== "*" && rule.operation !== operation) continue;
    // The rule's own text is part of its key: a changed rule counts anew.
    const key = `${index}:${JSON.stringify(rule)}`;
    const times = world.struck[key] ?? 0;
    const skip = rule.skip ?? 0;
    if (times >= skip + rule.times) continue;
    world.struck = { ...world.struck, [key]: times + 1 };
    if (times >= skip) return rule;
  }
  return undefined;
}

const faultReply = ({ code, message, status }: FaultRule): EcsReply => ({
  said: "error",
  code,
  message,
  status,
});

const READS = /^(Describe|List|Get|Assume|Simulate)/;

function isThrottled(world: World, { operation, region }: EcsRequest): boolean {
  const { throttles } = world.rules;
  if (throttles === false || (throttles === "writes" && READS.test(operation))) return false;
  const { key, burst, perSecond } = bucketOf(world.rules.accountId, region, operation);
  const level = world.levels[key] ?? { tokens: burst, at: world.now };
  const tokens = Math.min(burst, level.tokens + (Math.max(0, world.now - level.at) / 1_000) * perSecond);
  const left = tokens >= 1 ? tokens - 1 : tokens;
  world.levels = { ...world.levels, [key]: { tokens: left, at: world.now } };
  return tokens < 1;
}

/** Which service an operation belongs to. */
export function serviceOf(operation: Operation): AwsService {
  return OPERATIONS[operation].service;
}

type Handlers = { readonly [Name in Operation]: (world: World, input: InputOf<Name>) => object };

const HANDLERS: Handlers = {
  DescribeClusters: describeClusters,
  RegisterTaskDefinition: definitions.registerTaskDefinition,
  DescribeTaskDefinition: definitions.describeTaskDefinition,
  DeregisterTaskDefinition: definitions.deregisterTaskDefinition,
  DeleteTaskDefinitions: definitions.deleteTaskDefinitions,
  ListTaskDefinitions: definitions.listTaskDefinitions,
  ListTaskDefinitionFamilies: definitions.listTaskDefinitionFamilies,
  CreateService: services.createService,
  DescribeServices: services.describeServices,
  ListServices: services.listServices,
  UpdateService: services.updateService,
  DeleteService: services.deleteService,
  CreateExpressGatewayService: express.createExpress,
  DescribeExpressGatewayService: express.describeExpress,
  UpdateExpressGatewayService: express.updateExpress,
  DeleteExpressGatewayService: express.deleteExpress,
  RunTask: tasks.runTask,
  ListTasks: tasks.listTasks,
  DescribeTasks: tasks.describeTasks,
  StopTask: tasks.stopTask,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribeSubnets: describeSubnets,
  DescribeSecurityGroups: describeSecurityGroups,
  GetLogEvents: getLogEvents,
  CreateSecret: secrets.createSecret,
  DescribeSecret: secrets.describeSecret,
  GetSecretValue: secrets.getSecretValue,
  PutSecretValue: secrets.putSecretValue,
  ListSecrets: secrets.listSecrets,
  DeleteSecret: secrets.deleteSecret,
  GetServiceQuota: getServiceQuota,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  GetCallerIdentity: getCallerIdentity,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
};
