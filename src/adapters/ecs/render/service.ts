import type {
  CapacityProviderStrategyItem,
  CreateExpressGatewayServiceCommandInput,
  CreateServiceCommandInput,
  NetworkConfiguration,
  RunTaskCommandInput,
} from "@aws-sdk/client-ecs";
import type { Unit } from "../../../domain/plan.ts";
import type { Owner } from "../../cloud-ports.ts";
import type { EcsConfig, EcsRegion } from "../config.ts";
import { mainName, type Rendering } from "./container.ts";
import { unitTags } from "./tags.ts";
import type { SplitTry } from "./try.ts";

/** What a call is rendered from besides the unit: where it goes, and which task definition it names. */
export interface Naming {
  readonly region: EcsRegion;
  /** ARN once registered; the family before. */
  readonly taskDefinition: string;
  readonly owner?: Owner | undefined;
}

/** Fargate's Linux platform; named, because older pages of AWS mean another one by LATEST. */
const PLATFORM = "1.4.0";
/** Amazon ECS API, CreateService: a clientToken has at most 36 characters. */
const SERVICE_TOKEN_CHARS = 36;

/** What `CreateService` is told. Its name and token are those of the unit, so that a second one is the first. */
export function renderService(rendering: Rendering, naming: Naming): CreateServiceCommandInput {
  const { unit, config, extension } = rendering;
  return {
    cluster: naming.region.cluster,
    serviceName: unit.name,
    // A unit that comes back after it was destroyed has a later birth, and is not answered with what was.
    clientToken: `${unit.name}-${unit.birth}`.slice(0, SERVICE_TOKEN_CHARS),
    taskDefinition: naming.taskDefinition,
    desiredCount: unit.replicas.min,
    ...bought(unit, config),
    platformVersion: PLATFORM,
    ...deploymentOf(unit),
    networkConfiguration: networkOf(naming.region, config),
    propagateTags: "SERVICE",
    enableECSManagedTags: true,
    tags: [...unitTags(unit, naming.owner)],
    ...extension.service,
  };
}

// One service is one revision: there is nothing to roll back to, and the plan decides what comes instead. Of a singleton ECS may not
// start the next task before the last has stopped, neither in maintenance nor to even out zones.
function deploymentOf({ template }: Unit) {
  const deploymentCircuitBreaker = { enable: true, rollback: false };
  const [minimumHealthyPercent, maximumPercent] = template.singleton ? [0, 100] : [100, 200];
  return {
    deploymentConfiguration: { deploymentCircuitBreaker, minimumHealthyPercent, maximumPercent },
    ...(template.singleton ? { availabilityZoneRebalancing: "DISABLED" as const } : {}),
  };
}

/** What `CreateExpressGatewayService` is told: always a task definition, never a container of its own. */
export function renderExpress(rendering: Rendering, naming: Naming): CreateExpressGatewayServiceCommandInput {
  const { unit, config } = rendering;
  const { subnets, securityGroups } = naming.region;
  return {
    cluster: naming.region.cluster,
    serviceName: unit.name,
    taskDefinitionArn: naming.taskDefinition,
    infrastructureRoleArn: config.roles.infrastructure ?? "",
    healthCheckPath: unit.template.health.path ?? "/",
    networkConfiguration: { subnets: [...subnets], securityGroups: [...securityGroups] },
    scalingTarget: scalingTarget(unit),
    tags: [...unitTags(unit, naming.owner)],
  };
}

/** As many tasks as the unit has, whatever the load: Berth scales, and two who scale would fight. */
export function scalingTarget({ replicas }: Unit): { minTaskCount: number; maxTaskCount: number } {
  return { minTaskCount: replicas.min, maxTaskCount: Math.max(1, replicas.min) };
}

/** What `RunTask` is told for one try of a job. The try's name is its token, so that a second one is the first. */
export function renderRun(
  rendering: Rendering,
  naming: Naming,
  { name: runName, variables }: { readonly name: string; readonly variables: SplitTry["variables"] },
): RunTaskCommandInput {
  const { unit, config, extension } = rendering;
  const { enableExecuteCommand } = extension.service;
  const environment = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return {
    cluster: naming.region.cluster,
    taskDefinition: naming.taskDefinition,
    count: 1,
    clientToken: runName,
    startedBy: runName,
    group: unit.name,
    ...(environment.length === 0
      ? {}
      : { overrides: { containerOverrides: [{ name: mainName(unit, "job"), environment }] } }),
    ...bought(unit, { ...config, onDemandBase: 0 }),
    platformVersion: PLATFORM,
    networkConfiguration: networkOf(naming.region, config),
    enableECSManagedTags: true,
    propagateTags: "TASK_DEFINITION",
    tags: [...unitTags(unit, naming.owner)],
    ...(enableExecuteCommand === undefined ? {} : { enableExecuteCommand }),
  };
}

// Spot is reached by a capacity provider strategy only, beside which no launch type may be said.
function bought(
  { billing }: Unit,
  { onDemandBase }: Pick<EcsConfig, "onDemandBase">,
): { launchType: "FARGATE" } | { capacityProviderStrategy: CapacityProviderStrategyItem[] } {
  if (billing !== "spot") return { launchType: "FARGATE" };
  const spot = { capacityProvider: "FARGATE_SPOT", weight: 1 };
  const base = { capacityProvider: "FARGATE", base: onDemandBase, weight: 0 };
  return { capacityProviderStrategy: onDemandBase === 0 ? [spot] : [base, spot] };
}

function networkOf({ subnets, securityGroups }: EcsRegion, { address }: EcsConfig): NetworkConfiguration {
  return {
    awsvpcConfiguration: {
      subnets: [...subnets],
      securityGroups: [...securityGroups],
      assignPublicIp: address === "private" ? "DISABLED" : "ENABLED",
    },
  };
}
