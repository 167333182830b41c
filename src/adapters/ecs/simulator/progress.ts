import { toldBy } from "../../simulated-cloud.ts";
import { findDefinition } from "./definitions.ts";
import type { EcsRules } from "./rules.ts";
import type { SimService, SimTask } from "./state.ts";
import type { World } from "./world.ts";

/** How long ECS remembers what has ended (Amazon ECS API, ListTasks: about an hour; DescribeServices: INACTIVE for a while). */
const REMEMBERED_MS = 3_600_000;
/** Rounds of dying and starting again looked at in one call; a service that dies faster than this gives up before. */
const MOST_ROUNDS = 500;
/** Amazon ECS developer guide, "Deployment circuit breaker": half of the desired tasks, from 3 to 200. */
const LEAST_FAILURES = 3;
const MOST_FAILURES = 200;

/** Lets the region do what it would have done by now: tasks end, services start others, what drained is gone. */
export function advance(world: World): void {
  forget(world);
  const byGroup = Map.groupBy(world.here.tasks, ({ cluster, group }) => `${cluster} ${group}`);
  for (const service of world.here.services) {
    const tasks = byGroup.get(`${service.cluster} service:${service.name}`) ?? [];
    if (!isKept(world, service, tasks)) keepUp(world, service.name);
  }
}

/** `lastStatus` of a task at a moment (Amazon ECS developer guide, "Task lifecycle"). */
export function statusOf(world: World, task: SimTask, now = world.now): string {
  const { create, ready } = world.rules.delaysMs;
  const endAt = endedAt(world, task);
  if (endAt !== undefined && now >= endAt) return "STOPPED";
  const stopAt = Math.min(task.stop?.at ?? Infinity, task.ends?.at ?? Infinity);
  if (now >= stopAt) return now < stopAt + stopMs(world.rules) / 2 ? "STOPPING" : "DEPROVISIONING";
  if (now < task.createdAt + create) return "PROVISIONING";
  if (now < task.createdAt + create + ready / 2) return "PENDING";
  return now < runsAt(world, task) ? "ACTIVATING" : "RUNNING";
}

/** When a task runs, ms. */
export function runsAt({ rules }: World, task: SimTask): number {
  return task.createdAt + rules.delaysMs.create + rules.delaysMs.ready;
}

/** When a task is STOPPED, ms; undefined while nothing ends it. */
export function endedAt({ rules }: World, { stop, ends }: SimTask): number | undefined {
  const at = Math.min(stop?.at ?? Infinity, ends?.at ?? Infinity);
  return at === Infinity ? undefined : at + stopMs(rules);
}

const stopMs = ({ delaysMs }: EcsRules): number => delaysMs.stop ?? delaysMs.destroy;

/** Whether ECS means a task to run on: neither stopped nor ended. */
export function isWanted({ now }: World, { stop, ends }: SimTask): boolean {
  return stop === undefined && (ends === undefined || ends.at > now);
}

/** Whether it ended by itself and not because somebody said so. */
export function endedItself(task: SimTask): boolean {
  return task.ends !== undefined && (task.stop === undefined || task.ends.at <= task.stop.at);
}

/** `status` of a service now. */
export function serviceStatus(
  { now }: World,
  { inactiveAt }: SimService,
): "ACTIVE" | "DRAINING" | "INACTIVE" {
  if (inactiveAt === undefined) return "ACTIVE";
  return now < inactiveAt ? "DRAINING" : "INACTIVE";
}

/** Tasks of a service, those that ended too. */
export function tasksOf({ here }: World, { name, cluster }: SimService): readonly SimTask[] {
  return here.tasks.filter((task) => task.group === `service:${name}` && task.cluster === cluster);
}

/** Tasks a service has to lose before its circuit breaker opens. */
export function failureThreshold({ desired }: SimService): number {
  return Math.min(MOST_FAILURES, Math.max(LEAST_FAILURES, Math.ceil(desired / 2)));
}

/** Starts one task of a service at a moment. */
export function startTask(world: World, service: SimService, createdAt: number): void {
  const number = world.number();
  const id = world.id(number, 32);
  const onDemand = tasksOf(world, service).filter(
    (task) => isWanted(world, task) && task.provider === "FARGATE",
  ).length;
  const { spot } = service;
  const task: SimTask = {
    id,
    arn: world.arn("ecs", `task/${service.cluster}/${id}`),
    cluster: service.cluster,
    definition: service.definition,
    group: `service:${service.name}`,
    startedBy: `ecs-svc/${world.id(service.createdAt, 19)}`,
    provider: spot !== undefined && onDemand >= spot.base ? "FARGATE_SPOT" : "FARGATE",
    publicIp: service.publicIp,
    number,
    createdAt,
    ends: crashOf(world, service.definition, createdAt),
    tags: service.tags,
  };
  world.change({ tasks: [...world.here.tasks, task] });
}

function forget(world: World): void {
  const fresh = (at: number | undefined) => at === undefined || world.now - at < REMEMBERED_MS;
  const tasks = world.here.tasks.filter((task) => fresh(endedAt(world, task)));
  const services = world.here.services.filter(({ inactiveAt }) => fresh(inactiveAt));
  // Where nothing is forgotten the region stays the very object it was, so that a look is known to change nothing.
  if (tasks.length < world.here.tasks.length) world.change({ tasks });
  if (services.length < world.here.services.length) world.change({ services });
  const deleted = world.here.definitions.filter(({ status }) => status === "DELETE_IN_PROGRESS");
  if (deleted.length === 0) return;
  const used = new Set([...tasks, ...services].map(({ definition }) => definition));
  const definitions = world.here.definitions.filter((one) => !deleted.includes(one) || used.has(one.arn));
  if (definitions.length < world.here.definitions.length) world.change({ definitions });
}

// Most services have what they want, and in an account of hundreds nobody looks through every task for each of them.
function isKept(world: World, { desired, inactiveAt, failedAt }: SimService, tasks: readonly SimTask[]) {
  if (inactiveAt !== undefined || failedAt !== undefined) return true;
  const going = tasks.filter(({ stop }) => stop === undefined);
  return going.length === desired && going.every((task) => isWanted(world, task));
}

function keepUp(world: World, name: string): void {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const service = world.here.services.find((one) => one.name === name);
    if (service === undefined || service.inactiveAt !== undefined || service.failedAt !== undefined) return;
    const tasks = tasksOf(world, service);
    const died = tasks.filter(
      (task) => task.ends !== undefined && task.ends.at <= world.now && task.stop === undefined,
    );
    const next = died.toSorted((a, b) => (a.ends?.at ?? 0) - (b.ends?.at ?? 0))[0];
    if (next?.ends !== undefined) {
      bury(world, service, next, next.ends.at);
      continue;
    }
    const wanted = tasks.filter((task) => isWanted(world, task));
    if (wanted.length >= service.desired) return stopSurplus(world, service, wanted);
    startTask(world, service, world.now);
  }
}

// A death is counted once, and another task takes its place at that very moment, until the circuit breaker opens.
function bury(world: World, service: SimService, task: SimTask, at: number): void {
  const stop = { at, code: "EssentialContainerExited", reason: "Essential container in task exited" };
  const failedTasks = service.failedTasks + 1;
  const opens = failedTasks >= failureThreshold(service);
  const changed: SimService = { ...service, failedTasks, ...(opens ? { failedAt: at } : {}) };
  world.change({
    tasks: world.here.tasks.map((one) => (one.arn === task.arn ? { ...one, stop } : one)),
    services: world.here.services.map((one) => (one.arn === service.arn ? changed : one)),
  });
  if (!opens) startTask(world, changed, at);
}

function stopSurplus(world: World, service: SimService, wanted: readonly SimTask[]): void {
  const surplus = new Set(wanted.slice(service.desired).map(({ arn }) => arn));
  if (surplus.size === 0) return;
  const stop = {
    at: world.now,
    code: "ServiceSchedulerInitiated",
    reason: "Scaling activity initiated by deployment",
  };
  world.change({ tasks: world.here.tasks.map((task) => (surplus.has(task.arn) ? { ...task, stop } : task)) });
}

/** What the variables of a definition's main container tell it, where the rules let them. */
export function toldIn(world: World, definition: string): ReturnType<typeof toldBy> | undefined {
  if (world.rules.obeysVariables !== true) return undefined;
  const variables = findDefinition(world, definition)?.input.containerDefinitions?.[0]?.environment ?? [];
  return toldBy(Object.fromEntries(variables.map(({ name = "", value }) => [name, value])));
}

function crashOf(world: World, definition: string, createdAt: number): SimTask["ends"] {
  const { create, ready } = world.rules.delaysMs;
  const crash = toldIn(world, definition)?.crash;
  if (crash !== undefined) return { at: createdAt + create + ready, ...crash };
  const image = findDefinition(world, definition)?.input.containerDefinitions?.[0]?.image ?? "";
  const rule = world.rules.crashes.find((one) => image.includes(one.image));
  if (rule === undefined) return undefined;
  return { at: createdAt + create + ready + rule.afterMs, exitCode: rule.exitCode, lines: rule.lines };
}
