import type { Service, Task } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import type { Sighting, Unrecognised } from "../../domain/observation.ts";
import { unitName } from "../../domain/unit-id.ts";
import type { Call, KnownUnit, KnownUnits } from "../adapter.ts";
import type { Mark } from "../mark.ts";
import { type Cloud, everyPage } from "./cloud.ts";
import { remember } from "./known.ts";
import type { EcsRegion } from "./config.ts";
import { lookAt, type OurService } from "./look.ts";
import { isOurs } from "../ours.ts";
import { markIn } from "./render/tags.ts";
import { markedSecrets } from "./secrets.ts";
import { describeServices } from "./services.ts";
import { inEachRegion } from "./regions.ts";
import { describeTasks, familyIn, listTasks } from "./tasks.ts";

/**
 * Everything of ours in every region, all regions at once. A region that cannot be read makes it incomplete; throws `AdapterError`
 * when none can.
 */
export async function observeAll(cloud: Cloud, known: KnownUnits, call: Call): Promise<Sighting> {
  const { answers, errors } = await inEachRegion(cloud, (region) =>
    observeRegion(cloud, region, known, call),
  );
  if (answers.length === 0 && errors[0] !== undefined) throw errors[0].error;
  const seen = answers.map(({ answer }) => answer);
  const observations = new Map(seen.flatMap((one) => one.observations).map((one) => [one.unit, one]));
  return {
    complete: errors.length === 0,
    observations: [...observations.values()],
    unrecognised: seen.flatMap((one) => one.unrecognised),
  };
}

async function observeRegion(
  cloud: Cloud,
  region: EcsRegion,
  known: KnownUnits,
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
  // One line for each unit, the service's before those of what belongs to it, and one for each try.
  const byName = new Map(strange.toReversed().map((one) => [`${one.unit} ${one.name}`, one]));
  return { observations: await lookAt(cloud, region, mine, tasks, call), unrecognised: [...byName.values()] };
}

async function ourServices(
  cloud: Cloud,
  region: EcsRegion,
  known: KnownUnits,
  call: Call,
): Promise<readonly OurService[]> {
  const owner = await cloud.owner();
  const input = { cluster: region.cluster };
  const arns = await everyPage(cloud, region, "ListServices", input, ({ serviceArns }) => serviceArns, call);
  const listed = await describeServices(cloud, region, arns, call);
  const seen = new Set(listed.map(({ serviceName }) => serviceName));
  // A new service may be missing from the list for a while; by its name it is found at once.
  const here = [...known].filter(([, unit]) => !unit.isJob && unit.region === region.region);
  const unseen = here.map(([id]) => unitName(id)).filter((name) => !seen.has(name));
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
  known: KnownUnits,
): Promise<readonly Unrecognised[]> {
  const owner = await cloud.owner();
  return tasks.flatMap((task) => {
    const { group = "", tags, taskArn = "", taskDefinitionArn = "" } = task;
    const mark = markIn(tags);
    if (group.startsWith("service:") || !isOurs(mark, owner)) return [];
    const unit = known.get(mark.unit);
    if (unit !== undefined) return strangeTry(region, mark, unit, task);
    remember(cloud.known.strays, mark.unit, familyIn(taskDefinitionArn));
    return [strange(region, mark, `a task of the job ${mark.environment}/${mark.workload}: ${taskArn}`)];
  });
}

function strangeTry(
  region: EcsRegion,
  mark: Mark,
  { tries }: KnownUnit,
  { startedBy, desiredStatus, taskArn = "" }: Task,
): readonly Unrecognised[] {
  // What was told to stop since it was listed is on its way out.
  if (desiredStatus === "STOPPED" || tries.has(startedBy ?? "")) return [];
  const detail = `a task of the job ${mark.environment}/${mark.workload} that none of its runs has under way: ${taskArn}`;
  return [strange(region, mark, detail, startedBy)];
}

// Only a crash between two calls leaves a secret alone, so they are looked through seldom; and what they are good for is not worth
// a look at what runs.
async function strangeSecrets(
  cloud: Cloud,
  region: EcsRegion,
  known: KnownUnits,
  call: Call,
): Promise<readonly Unrecognised[]> {
  const now = cloud.ports.now();
  const last = cloud.known.secretsLookedAt.get(region.region);
  if (last !== undefined && now - last < SECRETS_EVERY_MS) return [];
  // Noted before the answer: a refusal is not asked for again with every sweep.
  cloud.known.secretsLookedAt.set(region.region, now);
  const owner = await cloud.owner();
  try {
    const secrets = await markedSecrets(cloud, region, call);
    return secrets.flatMap(({ mark, name }) => {
      if (!isOurs(mark, owner) || known.has(mark.unit)) return [];
      return [strange(region, mark, `a secret kept for ${mark.environment}/${mark.workload}: ${name}`)];
    });
  } catch (error) {
    if (error instanceof AdapterError) return [];
    throw error;
  }
}

/** How often the secrets of a region are looked through, ms. */
const SECRETS_EVERY_MS = 10 * 60_000;

function strange(
  { region }: EcsRegion,
  { unit, project, environment, workload }: Mark,
  detail: string,
  name = unitName(unit),
): Unrecognised {
  return { unit, name, project, environment, workload, region, detail };
}
