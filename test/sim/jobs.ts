import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { migrate } from "../../src/broker/migrate.ts";
import { startRun, stopRun } from "../../src/broker/runs.ts";
import { isOver } from "../../src/domain/run.ts";
import { settle, type Act } from "./operations.ts";
import type { BrokerProcess } from "./process.ts";
import type { World } from "./world.ts";

/** A simulated user's job. */
export interface JobSubject {
  readonly name: string;
  /** It has moments in the first minutes of a simulation, and none for the day after them. */
  readonly scheduled: boolean;
}

/** A job that is run by hand, and one that also runs by its schedule. */
export const JOBS: readonly JobSubject[] = [
  { name: "report", scheduled: false },
  { name: "nightly", scheduled: true },
];
/** The first three minutes of the hour in which every simulation begins. */
const SCHEDULE = "1-3 12 * * *";
/** By then a schedule's moments are dealt with, whatever a broker's clock says, ms since the epoch. */
export const LAST_MOMENT = Date.parse("2026-11-22T12:03:02Z");
const CLOUDS = ["ecs", "aci", "cloud-run"];

/** Does one random thing to a job, as a user at one of the broker's processes would. */
export async function operateJob(world: World, { name, scheduled }: JobSubject): Promise<void> {
  const process = world.someProcess();
  if (process === undefined) return;
  const { caller, dice } = world;
  const { ports } = process;
  const put = () => deploy(ports, caller, name, { spec: documentOf(world, name, scheduled) });
  const target = dice.pick(withHosts(world) ? ["one", "two", "home"] : ["one", "two"]);
  const acts: readonly (readonly [string, Act])[] = [
    ["deploy", put],
    ...Array.from({ length: 6 }, (): readonly [string, Act] => [
      "run",
      () => startRun(ports, caller, name, {}),
    ]),
    ["stop", () => stopOne(world, process, name)],
    ["migrate", () => migrate(ports, caller, name, { to: { target } })],
    ["remove", () => destroy(ports, caller, name, {})],
  ];
  const scope = { project: caller.project.id, environment: caller.environment };
  const isThere = (await world.store.workload(scope, name)) !== undefined;
  const [what, act] = isThere ? dice.pick(acts) : (["deploy", put] as const);
  await settle(world, process, `${what} ${name}`, act);
}

function documentOf(world: World, name: string, scheduled: boolean) {
  const { dice } = world;
  return {
    name,
    kind: "job",
    image: `localhost/job:${dice.between(1, 2)}`,
    env: {
      SANDBOX_FAIL_TRIES: String(dice.pick([0, 0, 1, 2, 9])),
      SANDBOX_RUN_SECONDS: String(dice.pick([0, 1, 5, 40, 90, 90])),
    },
    job: {
      retries: dice.between(0, 2),
      parallelism: dice.pick([1, 1, 3]),
      timeoutSeconds: dice.pick([10, 60, 200]),
      retryUnknown: dice.chance(0.5),
      ...(scheduled ? { schedule: SCHEDULE, overlap: dice.pick(["allow", "forbid", "replace"]) } : {}),
    },
    stopGraceSeconds: dice.pick([1, 1, 30]),
    ...(dice.chance(0.1) ? { unreachable: "replace" } : {}),
    policy: { providers: placesOf(world) },
  };
}

// On hosts first, where there are some: they cost nothing, and only they are lost.
function placesOf(world: World): readonly string[] {
  if (!withHosts(world)) return CLOUDS;
  return world.dice.pick([CLOUDS, ["agents"], ["agents", ...CLOUDS]]);
}

const withHosts = ({ truth }: Pick<World, "truth">): boolean => truth.hosts.length > 0;

async function stopOne(world: World, { ports }: BrokerProcess, name: string): Promise<void> {
  const { project, environment } = world.caller;
  const runs = await ports.store.runs({ project: project.id, environment }, name, { limit: 20 });
  const open = runs.filter((run) => !isOver(run));
  if (open.length > 0) await stopRun(ports, world.caller, name, world.dice.pick(open).id, {});
}
