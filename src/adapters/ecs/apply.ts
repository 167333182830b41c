import type { Service } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import type { Observation } from "../../domain/observation.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Call } from "../adapter.ts";
import { markOf } from "../mark.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { removeService } from "./destroy.ts";
import { isExpress, lookAt } from "./look.ts";
import { mayTouch } from "../ours.ts";
import { prepare } from "./prepared.ts";
import type { Rendering } from "./render/container.ts";
import { regionOfUnit, renderingOf } from "./render/document.ts";
import { type Naming, renderExpress, renderService, scalingTarget } from "./render/service.ts";
import { markIn } from "./render/tags.ts";
import { describeService } from "./services.ts";
import { describeTasks, familyIn, listTasks, tasksLeft } from "./tasks.ts";

/** Makes a unit's service exist with its replicas. A service of that name which is not this unit's is left alone: "conflict". */
export async function applyUnit(cloud: Cloud, unit: Unit, call: Call): Promise<Observation> {
  const rendering = renderingOf(unit, cloud.config);
  const region = regionOfUnit(unit, cloud.config);
  // A job stands for nothing between its tries: what a try needs is made with it.
  if (rendering.way === "job") return atRest(unit, cloud.ports.now());
  if (unit.replicas.min === 0) {
    const resting = await expressAtRest(cloud, region, rendering, call);
    if (resting !== undefined) return resting;
  }
  const there = await standing(cloud, region, unit, call);
  const service =
    there === undefined
      ? await create(cloud, region, rendering, call)
      : await scale(cloud, region, unit, there, call);
  return await observed(cloud, region, unit, service, call);
}

// Its scaling never takes the last task away, so a stop takes the whole service away; it is made anew when it is to run again.
async function expressAtRest(
  cloud: Cloud,
  region: EcsRegion,
  { unit, way }: Rendering,
  call: Call,
): Promise<Observation | undefined> {
  const there = await describeService(cloud, region, unit.name, call);
  const stands = there !== undefined && there.status !== "INACTIVE";
  if (stands ? !isExpress(there) : way !== "express") return undefined;
  if (stands) mayTouch(`The service ${unit.name}`, markIn(there.tags), unit.id, await cloud.owner());
  if (there?.status === "ACTIVE") await removeService(cloud, region, there, call);
  const families = new Set(there?.taskDefinition === undefined ? [] : [familyIn(there.taskDefinition)]);
  const left = stands ? [] : await tasksLeft(cloud, region, families, call);
  const isStopping = stands || left.some(({ group }) => group === `service:${unit.name}`);
  return { ...atRest(unit, cloud.ports.now()), phase: isStopping ? "stopping" : "stopped" };
}

async function standing(
  cloud: Cloud,
  region: EcsRegion,
  unit: Unit,
  call: Call,
): Promise<Service | undefined> {
  const there = await describeService(cloud, region, unit.name, call);
  if (there === undefined || there.status === "INACTIVE") return undefined;
  mayTouch(`The service ${unit.name}`, markIn(there.tags), unit.id, await cloud.owner());
  if (there.status === "DRAINING")
    throw new AdapterError(
      "conflict",
      `The service ${unit.name} is still going away; it is made again once it has.`,
    );
  return there;
}

async function create(cloud: Cloud, region: EcsRegion, rendering: Rendering, call: Call): Promise<Service> {
  const naming = await prepare(cloud, region, rendering, call);
  const { unit } = rendering;
  if (rendering.way === "express") return await createExpress(cloud, region, rendering, naming, call);
  try {
    const input = renderService(rendering, naming);
    const { service } = await cloud.send(region.region, "CreateService", input, call);
    if (service !== undefined) return service;
  } catch (error) {
    // "Creation of service was not idempotent": one of that name is there although it could not be read before.
    if (!(error instanceof AdapterError) || error.kind !== "conflict") throw error;
    const there = await standing(cloud, region, unit, call);
    if (there === undefined) throw error;
    return there;
  }
  throw new AdapterError("bug", `ECS created ${unit.name} and answered without it.`);
}

async function createExpress(
  cloud: Cloud,
  region: EcsRegion,
  rendering: Rendering,
  naming: Naming,
  call: Call,
): Promise<Service> {
  const { unit } = rendering;
  try {
    await cloud.send(region.region, "CreateExpressGatewayService", renderExpress(rendering, naming), call);
  } catch (error) {
    // It has no token: whether the one that is there is ours is read from it.
    const taken = error instanceof AdapterError && (error.kind === "conflict" || error.kind === "invalid");
    const there = taken ? await standing(cloud, region, unit, call) : undefined;
    if (there === undefined) throw error;
    return there;
  }
  // Its own answer has no counts. Until the service can be read, nothing of it runs.
  return (
    (await standing(cloud, region, unit, call)) ?? {
      serviceName: unit.name,
      status: "ACTIVE",
      desiredCount: unit.replicas.min,
      runningCount: 0,
      pendingCount: 0,
      resourceManagementType: "ECS",
    }
  );
}

async function scale(
  cloud: Cloud,
  region: EcsRegion,
  unit: Unit,
  there: Service,
  call: Call,
): Promise<Service> {
  const wanted = unit.replicas.min;
  if (there.desiredCount === wanted) return there;
  const { cluster } = region;
  if (isExpress(there)) {
    // Anything but the scaling target would start the canary that AWS runs by itself, against the plan.
    const serviceArn = there.serviceArn ?? "";
    const input = { serviceArn, scalingTarget: scalingTarget(unit) };
    await cloud.send(region.region, "UpdateExpressGatewayService", input, call);
    return { ...there, desiredCount: wanted };
  }
  const input = { cluster, service: unit.name, desiredCount: wanted };
  const { service } = await cloud.send(region.region, "UpdateService", input, call);
  return service === undefined ? { ...there, desiredCount: wanted } : { ...there, ...service };
}

async function observed(
  cloud: Cloud,
  region: EcsRegion,
  unit: Unit,
  service: Service,
  call: Call,
): Promise<Observation> {
  const runs = (service.runningCount ?? 0) > 0;
  const arns = runs ? await listTasks(cloud, region, { serviceName: unit.name }, call) : [];
  const tasks = await describeTasks(cloud, region, arns, call);
  // The unit's own mark: an answer need not bring the tags along.
  const mark = markOf(unit, await cloud.owner());
  const [seen] = await lookAt(cloud, region, [{ service, mark }], tasks, call);
  return seen ?? atRest(unit, cloud.ports.now());
}

function atRest({ id }: Unit, at: number): Observation {
  return { unit: id, phase: "ready", ready: 0, replicas: 0, endpoints: [], restarts: 0, lastLines: [], at };
}
