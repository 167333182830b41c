import type { Service, Task } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import type { Call, UnitRef } from "../adapter.ts";
import { codeOf } from "./classify.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { isExpress } from "./look.ts";
import { isOurs, refuseOlderCopy } from "../ours.ts";
import { forgetPrepared } from "./prepared.ts";
import { markIn } from "./render/tags.ts";
import { withdraw } from "./secrets.ts";
import { describeService } from "./services.ts";
import { releaseDefinitions, secretArns, unitDefinitions } from "./task-definitions.ts";
import { familyIn, tasksLeft } from "./tasks.ts";

/** Makes a unit not exist where it may be: in its own region, or, where its mark did not tell, in each of the target's. */
export async function destroyUnit(cloud: Cloud, ref: UnitRef, call: Call): Promise<"gone" | "going"> {
  const regions = cloud.config.regions.filter(
    ({ region }) => ref.region === undefined || region === ref.region,
  );
  if (regions.length === 0)
    throw new AdapterError(
      "denied",
      `The target does not name the region ${ref.region ?? ""} any more, so ${ref.name} cannot be removed there: add the region again until it is gone.`,
    );
  let answer: "gone" | "going" = "gone";
  for (const region of regions) if ((await destroyIn(cloud, region, ref, call)) === "going") answer = "going";
  return answer;
}

/**
 * The service goes first, for it is what costs; then every task has to be STOPPED, for a service is INACTIVE while its tasks still
 * stop. The secrets follow, when no task can need them any more, and the task definitions last, for they tell which secrets there
 * are. Gone is what a read says is gone.
 */
async function destroyIn(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  call: Call,
): Promise<"gone" | "going"> {
  const there = await describeService(cloud, region, ref.name, call);
  if (there !== undefined && (await isAnothers(cloud, there, ref))) return "gone";
  if (there?.status === "ACTIVE") await removeService(cloud, region, there, call);
  if (there !== undefined && there.status !== "INACTIVE") return "going";
  const definitions = await unitDefinitions(cloud, region, ref, there?.taskDefinition, call);
  const stray = cloud.known.strays.get(ref.id);
  const families = new Set(definitions.map(({ arn }) => familyIn(arn)));
  if (stray !== undefined) families.add(stray);
  const tasks = await tasksLeft(cloud, region, families, call);
  const mine = await ownTasks(cloud, ref, tasks);
  for (const task of mine) await stop(cloud, region, ref, task, call);
  if (mine.length > 0) return "going";
  const arns = definitions.flatMap(({ definition }) => secretArns(definition));
  forgetPrepared(cloud, region, ref.id);
  await withdraw(cloud, region, ref, arns, call);
  const unused = definitions.filter(({ arn }) => tasks.every((task) => task.taskDefinitionArn !== arn));
  await releaseDefinitions(cloud, region, unused, call);
  return "gone";
}

// What only has the name of a unit of ours is somebody else's, and the unit itself is not there.
async function isAnothers(cloud: Cloud, service: Service, ref: UnitRef): Promise<boolean> {
  const owner = await cloud.owner();
  const mark = markIn(service.tags);
  // What is INACTIVE has lost its tags and can hurt nobody; its name is a unit's own.
  if (service.status === "INACTIVE") return false;
  if (!isOurs(mark, owner) || mark.unit !== ref.id) return true;
  refuseOlderCopy(`The service ${ref.name}`, mark, owner);
  return false;
}

/** Deletes a service with its tasks; that it is gone already is fine. */
export async function removeService(
  cloud: Cloud,
  region: EcsRegion,
  service: Service,
  call: Call,
): Promise<void> {
  const { serviceArn = "", serviceName = "" } = service;
  try {
    if (isExpress(service))
      await cloud.send(region.region, "DeleteExpressGatewayService", { serviceArn }, call);
    else
      await cloud.send(
        region.region,
        "DeleteService",
        { cluster: region.cluster, service: serviceName, force: true },
        call,
      );
  } catch (error) {
    // Somebody was faster: the next look says whether it is gone.
    const gone = ["ServiceNotFoundException", "ServiceNotActiveException", "ResourceNotFoundException"];
    if (!gone.includes(codeOf(error) ?? "")) throw error;
  }
}

async function ownTasks(cloud: Cloud, ref: UnitRef, tasks: readonly Task[]): Promise<readonly Task[]> {
  const owner = await cloud.owner();
  return tasks.filter(({ group, tags }) => {
    const mark = markIn(tags);
    return (
      group === `service:${ref.name}` || (group === ref.name && isOurs(mark, owner) && mark.unit === ref.id)
    );
  });
}

// A service stops its own tasks; a job's tries have nobody else.
async function stop(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  { taskArn = "", group, desiredStatus }: Task,
  call: Call,
): Promise<void> {
  if (group !== ref.name || desiredStatus === "STOPPED") return;
  const input = { cluster: region.cluster, task: taskArn, reason: "Berth removes the job" };
  await cloud.send(region.region, "StopTask", input, call);
}
