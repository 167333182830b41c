import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Observation, Sighting, Unrecognised } from "../../domain/observation.ts";
import { unitName } from "../../domain/unit-id.ts";
import type { Call } from "../adapter.ts";
import type { Mark } from "../mark.ts";
import { type Cloud, everyPage } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { lookAt, type OurService } from "./look.ts";
import { isOurs } from "./marks.ts";
import { markIn } from "./render/tags.ts";
import { markedSecrets } from "./secrets.ts";
import { describeServices } from "./services.ts";
import { describeTasks, listTasks } from "./tasks.ts";

/** Everything of ours in every region. It either reads all of it or throws, so what it gives is always complete. */
export async function observeAll(cloud: Cloud, known: ReadonlySet<string>, call: Call): Promise<Sighting> {
  const observations = new Map<string, Observation>();
  const unrecognised: Unrecognised[] = [];
  for (const region of cloud.config.regions) {
    const seen = await observeRegion(cloud, region, known, call);
    for (const one of seen.observations) observations.set(one.unit, one);
    unrecognised.push(...seen.unrecognised);
  }
  return { complete: true, observations: [...observations.values()], unrecognised };
}

async function observeRegion(
  cloud: Cloud,
  region: EcsRegion,
  known: ReadonlySet<string>,
  call: Call,
): Promise<Omit<Sighting, "complete">> {
  const services = await ourServices(cloud, region, known, call);
  const running = await listTasks(cloud, region, {}, call);
  const tasks = await describeTasks(cloud, region, running, call);
  const mine = services.filter(({ mark }) => known.has(mark.unit));
  const strange = [
    ...services.filter(({ mark }) => !known.has(mark.unit)).map((ours) => strangeService(region, ours)),
    ...(await strangeTasks(cloud, region, tasks, known)),
    ...(await strangeSecrets(cloud, region, known, call)),
  ];
  // One line for each unit, the service's before those of what belongs to it.
  const byUnit = new Map(strange.toReversed().map((one) => [one.unit, one]));
  return { observations: await lookAt(cloud, region, mine, tasks, call), unrecognised: [...byUnit.values()] };
}

async function ourServices(
  cloud: Cloud,
  region: EcsRegion,
  known: ReadonlySet<string>,
  call: Call,
): Promise<readonly OurService[]> {
  const owner = await cloud.owner();
  const input = { cluster: region.cluster };
  const arns = await everyPage(cloud, region, "ListServices", input, ({ serviceArns }) => serviceArns, call);
  const listed = await describeServices(cloud, region, arns, call);
  const seen = new Set(listed.map(({ serviceName }) => serviceName));
  // A new service may be missing from the list for a while; by its name it is found at once.
  const unseen = [...known].map(unitName).filter((name) => !seen.has(name));
  const young = await describeServices(cloud, region, unseen, call);
  return [...listed, ...young].flatMap((service: Service): readonly OurService[] => {
    const mark = markIn(service.tags);
    return isOurs(mark, owner) && service.status !== "INACTIVE" ? [{ service, mark }] : [];
  });
}

function strangeService(region: EcsRegion, { service, mark }: OurService): Unrecognised {
  const made = service.createdAt === undefined ? "" : ` at ${service.createdAt.toISOString()}`;
  const detail = `a service made for ${mark.environment}/${mark.workload}${made}, ${service.desiredCount ?? 0} tasks`;
  return strange(region, mark, detail, service.serviceName);
}

async function strangeTasks(
  cloud: Cloud,
  region: EcsRegion,
  tasks: readonly Task[],
  known: ReadonlySet<string>,
): Promise<readonly Unrecognised[]> {
  const owner = await cloud.owner();
  return tasks.flatMap(({ group = "", tags, taskArn = "" }) => {
    const mark = markIn(tags);
    if (group.startsWith("service:") || !isOurs(mark, owner) || known.has(mark.unit)) return [];
    return [strange(region, mark, `a task of the job ${mark.environment}/${mark.workload}: ${taskArn}`)];
  });
}

async function strangeSecrets(
  cloud: Cloud,
  region: EcsRegion,
  known: ReadonlySet<string>,
  call: Call,
): Promise<readonly Unrecognised[]> {
  const owner = await cloud.owner();
  const secrets = await markedSecrets(cloud, region, call);
  return secrets.flatMap(({ mark, name }) => {
    if (!isOurs(mark, owner) || known.has(mark.unit)) return [];
    return [strange(region, mark, `a secret kept for ${mark.environment}/${mark.workload}: ${name}`)];
  });
}

function strange(
  { region }: EcsRegion,
  { unit, project, environment, workload }: Mark,
  detail: string,
  name = unitName(unit),
): Unrecognised {
  return { unit, name, project, environment, workload, region, detail };
}
