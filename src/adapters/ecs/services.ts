import type { Service } from "@aws-sdk/client-ecs";
import type { Call } from "../adapter.ts";
import { requireOnlyMissing } from "./classify.ts";
import { batches, type Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { SERVICES_PER_DESCRIBE } from "./quotas.ts";

/** Services by name or ARN, with their tags, ten a call. What is not there is left out; what is gone is `INACTIVE` for a while. */
export async function describeServices(
  cloud: Cloud,
  region: EcsRegion,
  namesOrArns: readonly string[],
  call: Call,
): Promise<readonly Service[]> {
  const found: Service[] = [];
  for (const batch of batches(namesOrArns, SERVICES_PER_DESCRIBE)) {
    const input = { cluster: region.cluster, services: [...batch], include: ["TAGS" as const] };
    const { services = [], failures } = await cloud.send(region.region, "DescribeServices", input, call);
    requireOnlyMissing(failures);
    found.push(...services);
  }
  return found;
}

/** One service by its name, or undefined when ECS knows none. */
export async function describeService(
  cloud: Cloud,
  region: EcsRegion,
  name: string,
  call: Call,
): Promise<Service | undefined> {
  const [service] = await describeServices(cloud, region, [name], call);
  return service;
}
