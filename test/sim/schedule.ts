import type { Store } from "../../src/store/store.ts";
import { Dice } from "./dice.ts";
import { drawRates, MOST_STALL_MS, NO_FAULTS } from "./faults.ts";
import { joinHosts, type HostLoop } from "./hosts.ts";
import { findings, singlesTwice } from "./invariants.ts";
import { JOBS, operateJob, type JobSubject } from "./jobs.ts";
import { lostTries } from "./lost-history.ts";
import { operate, SUBJECTS, type Subject } from "./operations.ts";
import { connectTargets } from "./targets.ts";
import { troubles } from "./troubles.ts";
import { type RunOptions, World } from "./world.ts";

/** Where a schedule keeps its rows. `backUp` and `restore` are absent where no restore is simulated. */
export interface Backend {
  readonly store: Store;
  /** Every row but heartbeats, as text. */
  readonly dump: () => Promise<string>;
  readonly backUp?: () => void;
  readonly restore?: () => void;
}

export interface Outcome {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Fingerprint of everything that happened, and its text when it was asked for. */
  readonly hash: string;
  readonly trace: string;
  /** From the end of the faults to rest: simulated ms, and passes of the loops. */
  readonly restMs: number;
  readonly simulatedMs: number;
}

/** The faults last this long, ms. */
const FAULTS_MS = [20_000, 90_000] as const;
/** After the faults everything rests within this time: the longest pause of all (a refusal by permission, 5 minutes) and a rollout. */
const MOST_UNREST_MS = 1_500_000;
/** After a restore a name may be another unit's: each of three tries may take 15 minutes to begin and 5 to be given up, and is kept for 5. */
const MOST_RESTORED_MS = 4_500_000;
const CHECK_EVERY_MS = 10_000;
/** How long it is watched at rest. */
const REST_MS = 60_000;

/** One schedule: users, faults, then calm; what was found wrong, if anything. The same seed does the same, to the byte. */
export async function runSchedule(
  seed: number,
  backend: Backend,
  options: RunOptions = {},
): Promise<Outcome> {
  const dice = new Dice(seed);
  const project = { id: "prj_sim", name: "default", labels: {}, createdAt: 0 };
  const caller = { project, environment: "production", actor: "token:sim" };
  const world = new World(dice, backend.store, caller, options);
  await backend.store.createProject(project);
  const hosts = await joinHosts(world, backend.store, dice.pick([0, 2, 2, 3]));
  const targets = await connectTargets(world, backend.store, hosts.length > 0);
  const subjects = SUBJECTS.filter(({ changes }) => changes || hosts.length > 0);
  const [users, jobs] = dice.pick([
    [subjects, []],
    [subjects, JOBS],
    [[], JOBS],
  ] as const);
  world.startProcess();
  if (dice.chance(0.5)) world.startProcess();
  for (const host of hosts) host.start();

  const calmAt = dice.between(...FAULTS_MS);
  world.rates = drawRates(dice);
  void act(world, [...users, ...jobs], targets, calmAt);
  for (const trouble of troubles(world, hosts, backend)) void trouble(calmAt);
  const singles = users.filter(({ single }) => single).map(({ name }) => name);
  const watch = () => singlesTwice(world, singles);
  await world.time.run(calmAt, watch);
  calm(world, hosts);
  const restMs = await untilRest(world, backend, calmAt, watch);
  await watchRest(world, backend, watch);
  const { hash, text } = world.trace();
  const { violations } = world;
  return { seed, violations, hash, trace: text, restMs, simulatedMs: world.time.now };
}

async function act(
  world: World,
  subjects: readonly (Subject | JobSubject)[],
  targets: readonly string[],
  until: number,
): Promise<void> {
  const { time, dice } = world;
  const haste = dice.pick([1_000, 5_000, 15_000]);
  while (time.now < until) {
    const subject = dice.pick(subjects);
    if ("scheduled" in subject) await operateJob(world, subject);
    else await operate(world, subject, targets);
    await time.sleep(dice.between(haste / 5, haste));
  }
}

// What was broken is whole again; what happened meanwhile has to be put right by the loops alone.
function calm(world: World, hosts: readonly HostLoop[]): void {
  world.note("calm");
  world.rates = NO_FAULTS;
  for (const host of hosts) {
    host.cut(false);
    host.agent(true);
  }
  if (world.someProcess() === undefined) world.startProcess();
}

async function untilRest(world: World, backend: Backend, calmAt: number, watch: () => void): Promise<number> {
  let before = "";
  const most = world.restored ? MOST_RESTORED_MS : MOST_UNREST_MS;
  // What had begun to take long before the calm may still come to its end.
  await world.time.run(calmAt + MOST_STALL_MS, watch);
  for (let at = calmAt + MOST_STALL_MS; at < calmAt + most; at += CHECK_EVERY_MS) {
    // A call that was under way when the faults stopped may still have killed the last one.
    if (world.someProcess() === undefined) world.startProcess();
    await world.time.run(at + CHECK_EVERY_MS, watch);
    const after = await backend.dump();
    if (after === before && (await findings(world, backend.store)).length === 0) return at - calmAt;
    before = after;
  }
  for (const finding of await findings(world, backend.store)) world.violated(`never rests: ${finding}`);
  if (world.violations.length === 0) world.violated("never rests: rows go on changing");
  return most;
}

async function watchRest(world: World, backend: Backend, watch: () => void): Promise<void> {
  if (world.violations.length > 0) return;
  // What it may not take away it asks for all day.
  if ((await lostTries(world, backend.store)).length > 0) return;
  const { writes } = world;
  const before = await backend.dump();
  await world.time.run(world.time.now + REST_MS, watch);
  if (world.writes !== writes) world.violated(`${world.writes - writes} calls to providers at rest`);
  if ((await backend.dump()) !== before) world.violated("rows changed at rest");
}
