import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Endpoint, Observation } from "../../domain/observation.ts";
import type { Call } from "../adapter.ts";
import type { Mark } from "../mark.ts";
import { type Cloud } from "./cloud.ts";
import { remember } from "./known.ts";
import type { EcsRegion } from "./config.ts";
import { interfacesOf, taskEndpoints } from "./endpoints.ts";
import { lastLinesOf } from "./logs.ts";
import { type Standing, standingOf } from "./phase.ts";
import { portIn } from "./render/tags.ts";
import { describeTasks, endOf, listTasks } from "./tasks.ts";

/** A service of ours and whose it is. */
export interface OurService {
  readonly service: Service;
  readonly mark: Mark;
}

/** What a look at units costs is shared: interfaces are read for all of them together. `tasks` are the running ones of the cluster. */
export async function lookAt(
  cloud: Cloud,
  region: EcsRegion,
  services: readonly OurService[],
  tasks: readonly Task[],
  call: Call,
): Promise<readonly Observation[]> {
  const byGroup = Map.groupBy(tasks, ({ group = "" }) => group);
  const tasksOf = ({ serviceName = "" }: Service) => byGroup.get(`service:${serviceName}`) ?? [];
  const plain = services.filter(({ service }) => !isExpress(service));
  const interfaces = await interfacesOf(
    cloud,
    region,
    plain.flatMap(({ service }) => tasksOf(service)),
    call,
  );
  const seen: Observation[] = [];
  for (const { service, mark } of services) {
    const standing = standingOf(service);
    const port = portIn(service.tags);
    const endpoints = isExpress(service)
      ? await expressEndpoints(cloud, region, service, standing, call)
      : port === undefined
        ? []
        : taskEndpoints(cloud, tasksOf(service), interfaces, port);
    const waits = isExpress(service) && standing.phase === "ready" && endpoints.length === 0;
    seen.push({
      unit: mark.unit,
      ...standing,
      ...(waits
        ? { phase: "starting", reason: "Express Mode is still making the service's balancer and URL." }
        : {}),
      ...(await troubleOf(cloud, region, service, standing, call)),
      endpoints,
      at: cloud.ports.now(),
    });
  }
  return seen;
}

/** Whether ECS itself manages the service's balancer (Amazon ECS API, Service: resourceManagementType). */
export function isExpress({ resourceManagementType }: Service): boolean {
  return resourceManagementType === "ECS";
}

async function expressEndpoints(
  cloud: Cloud,
  region: EcsRegion,
  { serviceArn = "", createdAt }: Service,
  { ready }: Standing,
  call: Call,
): Promise<readonly Endpoint[]> {
  // Made again under its name it has the same ARN, and maybe another host.
  const key = `${serviceArn} ${createdAt?.getTime() ?? ""}`;
  let url = createdAt === undefined ? undefined : cloud.known.urls.get(key);
  if (url === undefined) {
    const { service } = await cloud.send(
      region.region,
      "DescribeExpressGatewayService",
      { serviceArn },
      call,
    );
    const paths = (service?.activeConfigurations ?? []).flatMap(({ ingressPaths = [] }) => ingressPaths);
    const endpoint = paths.find(({ accessType }) => accessType === "PUBLIC")?.endpoint ?? paths[0]?.endpoint;
    if (endpoint === undefined) return [];
    url = endpoint.startsWith("https://")
      ? new URL(endpoint).origin
      : `https://${endpoint.replace(/\/.*$/, "")}`;
    remember(cloud.known.urls, key, url);
  }
  return [{ replica: 0, url, transport: "tls", bypassable: true, ready: ready > 0 }];
}

// Asked only of services in trouble: why their tasks ended, and for those that gave up what was last written.
async function troubleOf(
  cloud: Cloud,
  region: EcsRegion,
  service: Service,
  { phase, restarts, reason }: Standing,
  call: Call,
): Promise<Pick<Observation, "reason" | "exitCode" | "lastLines">> {
  if (restarts === 0 && phase !== "failed") return { reason, lastLines: [] };
  const filter = { serviceName: service.serviceName ?? "", desiredStatus: "STOPPED" as const };
  const stopped = await describeTasks(cloud, region, await listTasks(cloud, region, filter, call), call);
  const newest = stopped
    .filter(({ stopCode }) => stopCode !== "ServiceSchedulerInitiated" && stopCode !== "UserInitiated")
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))[0];
  if (newest === undefined) return { reason, lastLines: [] };
  const exitCode = newest.containers?.find((container) => (container.exitCode ?? 0) !== 0)?.exitCode;
  return {
    reason: reason === undefined ? endOf(newest) : `${reason} ${endOf(newest)}`,
    exitCode,
    lastLines: phase === "failed" ? await lastLinesOf(cloud, region, newest, call) : [],
  };
}
