import type { Service } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import type { Call, UnitRef } from "../adapter.ts";
import { codeOf } from "./classify.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { isExpress } from "./look.ts";
import { isOurs, refuseOlderCopy } from "./marks.ts";
import { familyPrefix } from "./names.ts";
import { markIn } from "./render/tags.ts";
import { withdraw } from "./secrets.ts";
import { describeService } from "./services.ts";
import { releaseTaskDefinitions } from "./task-definitions.ts";
import { describeTasks, listTasks } from "./tasks.ts";
import { everyPage } from "./cloud.ts";

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
 * The task definition is released while the service still names it, so that a crash in between leaves nothing that cannot be found
 * again; the secrets go last, when no task can need them any more. Gone is what a read says is gone.
 */
async function destroyIn(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  call: Call,
): Promise<"gone" | "going"> {
  const there = await describeService(cloud, region, ref.name, call);
  if (there !== undefined && (await isAnothers(cloud, there, ref))) return "gone";
  const tasksLeft = await stopTries(cloud, region, ref, call);
  const secretArns = await releaseTaskDefinitions(cloud, region, ref, there?.taskDefinition, call);
  if (there?.status === "ACTIVE") {
    await remove(cloud, region, there, call);
    return "going";
  }
  if (there?.status === "DRAINING" || tasksLeft) return "going";
  await withdraw(cloud, region, ref, secretArns, call);
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

async function remove(cloud: Cloud, region: EcsRegion, service: Service, call: Call): Promise<void> {
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

// A job has no service, only tasks; those of its tries are found by the families of its workload.
async function stopTries(cloud: Cloud, region: EcsRegion, ref: UnitRef, call: Call): Promise<boolean> {
  const input = { familyPrefix: familyPrefix(ref), status: "ALL" as const };
  const families = await everyPage(
    cloud,
    region,
    "ListTaskDefinitionFamilies",
    input,
    (output) => output.families,
    call,
  );
  let left = false;
  for (const family of families) {
    const arns = await listTasks(cloud, region, { family }, call);
    const tries = (await describeTasks(cloud, region, arns, call)).filter(({ group }) => group === ref.name);
    for (const { taskArn = "", tags } of tries) {
      const mark = markIn(tags);
      if (!isOurs(mark, await cloud.owner()) || mark.unit !== ref.id) continue;
      left = true;
      const stop = { cluster: region.cluster, task: taskArn, reason: "Berth removes the job" };
      await cloud.send(region.region, "StopTask", stop, call);
    }
  }
  return left;
}
