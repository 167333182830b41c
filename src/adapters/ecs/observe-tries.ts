import type { Task } from "@aws-sdk/client-ecs";
import type { Call, Try, TrySightings } from "../adapter.ts";
import { eachGroup, eachTry } from "../each-try.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { regionOfUnit } from "./render/document.ts";
import { describeTasks, listTasks } from "./tasks.ts";
import { ownTask, tryByName, tryObservation } from "./try-task.ts";

/** More tries than this whose tasks nobody remembers are looked for in the list of all that runs, and not each by its name. */
const FEW = 3;
/** Tries that are looked for by their names in one look at a region: each takes up to three calls. */
const MOST_BY_NAME = 20;
/** Tries that are told to have ended in one look at a region, for each has a log to read, and CloudWatch lets ten a second be read. */
const MOST_ENDED = 20;

/** How tries stand, each region's at once: their tasks are read by the hundred, and only what is not among them is asked for by name. */
export async function observeTries(cloud: Cloud, tries: readonly Try[], call: Call): Promise<TrySightings> {
  return await eachGroup(
    tries,
    ({ unit }) => unit.place.region,
    async (group) => await observeRegion(cloud, group, call),
  );
}

async function observeRegion(cloud: Cloud, tries: readonly Try[], call: Call): Promise<TrySightings> {
  const [first] = tries;
  if (first === undefined) return new Map();
  const region = regionOfUnit(first.unit, cloud.config);
  const tasks = await tasksOf(cloud, region, new Set(tries.map(({ run }) => run.name)), call);
  let [missing, ended] = [0, 0];
  const turn = tries.filter(({ run }) => {
    const task = tasks.get(run.name);
    if (task === undefined) return ++missing <= MOST_BY_NAME;
    return task.lastStatus !== "STOPPED" || ++ended <= MOST_ENDED;
  });
  return await eachTry(turn, async (one) => {
    const seen = tasks.get(one.run.name);
    const task =
      seen === undefined ? await tryByName(cloud, region, one, call) : await ownTask(cloud, one, seen);
    return await tryObservation(cloud, region, one, task, call);
  });
}

/** The tasks of tries by the tries' names, as far as they are remembered or a list shows them. */
async function tasksOf(
  cloud: Cloud,
  region: EcsRegion,
  names: ReadonlySet<string>,
  call: Call,
): Promise<ReadonlyMap<string, Task>> {
  const known = [...names].flatMap((name) => cloud.known.tasks.get(name) ?? []);
  const found = named(await describeTasks(cloud, region, known, call), names);
  if (names.size - found.size <= FEW) return found;
  const seen = new Set([...found.values()].map(({ taskArn }) => taskArn));
  const others = (await listTasks(cloud, region, {}, call)).filter((arn) => !seen.has(arn));
  return new Map([...found, ...named(await describeTasks(cloud, region, others, call), names)]);
}

function named(tasks: readonly Task[], names: ReadonlySet<string>): ReadonlyMap<string, Task> {
  return new Map(
    tasks.flatMap((task) => {
      const { startedBy = "" } = task;
      return names.has(startedBy) ? [[startedBy, task] as const] : [];
    }),
  );
}
