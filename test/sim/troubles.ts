import type { HostLoop } from "./hosts.ts";
import type { Backend } from "./schedule.ts";
import type { World } from "./world.ts";

/** Something that goes on going wrong until a moment. */
export type Trouble = (until: number) => Promise<void>;

/** What befalls this schedule besides failing calls: each is drawn, so that every mixture comes up. */
export function troubles(world: World, hosts: readonly HostLoop[], backend: Backend): readonly Trouble[] {
  const { dice } = world;
  const all: readonly (readonly [number, Trouble])[] = [
    [1, (until) => restarts(world, until)],
    [0.3, (until) => kills(world, until)],
    [0.5, (until) => clocks(world, until)],
    ...hosts.flatMap((host): readonly (readonly [number, Trouble])[] => [
      [0.5, (until) => partitions(world, host, until)],
      [0.3, (until) => agentDeaths(world, host, until)],
      [0.2, (until) => reboots(world, host, until)],
    ]),
    [backend.restore === undefined ? 0 : 0.1, (until) => restore(world, backend, until)],
  ];
  return all.filter(([probability]) => dice.chance(probability)).map(([, trouble]) => trouble);
}

/** Waits; false when the faults have stopped meanwhile. */
async function passes(world: World, ms: number, until: number): Promise<boolean> {
  await world.time.sleep(ms);
  return world.time.now < until;
}

// Whoever supervises the broker starts a new process some time after one has died.
async function restarts(world: World, until: number): Promise<void> {
  const { dice } = world;
  const count = world.processes.length;
  while (await passes(world, dice.between(500, 8_000), until)) {
    if (!world.isDown && world.processes.filter(({ life }) => !life.dead).length < count)
      world.startProcess();
  }
}

async function kills(world: World, until: number): Promise<void> {
  const { dice } = world;
  while (await passes(world, dice.between(5_000, 40_000), until)) {
    const victim = world.someProcess();
    world.note(`${victim?.name ?? "nobody"} is killed`);
    victim?.life.die();
  }
}

async function clocks(world: World, until: number): Promise<void> {
  const { dice } = world;
  while (await passes(world, dice.between(1_000, 20_000), until)) {
    const process = world.someProcess();
    if (process !== undefined) world.stepClock(process);
  }
}

async function partitions(world: World, host: HostLoop, until: number): Promise<void> {
  const { time, dice } = world;
  while (await passes(world, dice.between(5_000, 40_000), until)) {
    host.cut(true);
    world.note(`${host.host.id} is cut off`);
    // Some are back before anybody has called them lost, some long after.
    await time.sleep(dice.between(1_000, dice.pick([10_000, 40_000, 90_000])));
    host.cut(false);
    world.note(`${host.host.id} is reached again`);
  }
}

async function agentDeaths(world: World, host: HostLoop, until: number): Promise<void> {
  const { time, dice } = world;
  while (await passes(world, dice.between(5_000, 60_000), until)) {
    host.agent(false);
    world.note(`the agent of ${host.host.id} dies`);
    await time.sleep(dice.between(500, 30_000));
    host.agent(true);
  }
}

async function reboots(world: World, host: HostLoop, until: number): Promise<void> {
  const { time, dice } = world;
  while (await passes(world, dice.between(10_000, 60_000), until)) {
    host.agent(false);
    host.host.reboot();
    world.note(`${host.host.id} loses its power`);
    await time.sleep(dice.between(2_000, 40_000));
    host.agent(true);
  }
}

// The whole database is lost, and an older copy is put in its place while no broker runs.
async function restore(world: World, backend: Backend, until: number): Promise<void> {
  const { time, dice } = world;
  await time.sleep(dice.between(1_000, Math.max(2_000, until / 2)));
  backend.backUp?.();
  world.ledger.keep();
  world.note("the database is backed up");
  await time.sleep(dice.between(1_000, Math.max(2_000, until / 2)));
  if (time.now + MOST_DOWN_MS >= until) return;
  world.isDown = true;
  for (const { life } of world.processes) life.die();
  await time.sleep(dice.between(1_000, MOST_DOWN_MS));
  backend.restore?.();
  world.ledger.restore();
  // As whoever puts a copy back has to do: agents obey no older epoch, and forget what the later one had buried.
  await backend.store.raiseEpoch();
  world.restored = true;
  world.note("the database is the older copy");
  world.isDown = false;
  world.startProcess();
}

const MOST_DOWN_MS = 5_000;
