import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { migrate } from "../../src/broker/migrate.ts";
import { clearOverrides } from "../../src/broker/overrides.ts";
import { rollback } from "../../src/broker/rollback.ts";
import { Fault } from "../../src/domain/fault.ts";
import { Crash, StoreLost } from "./faults.ts";
import type { BrokerProcess } from "./process.ts";
import type { World } from "./world.ts";

/** What a simulated user runs: may it never run twice, and what may be done with it. */
export interface Subject {
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
  /** Never two copies at any moment. */
  readonly single: boolean;
  /** Also changed, moved, rolled back and removed; otherwise only made. */
  readonly changes: boolean;
}

/** One of each kind of workload that Berth treats differently. */
export const SUBJECTS: readonly Subject[] = [
  { name: "web", document: { port: 8080 }, single: false, changes: true },
  { name: "queue", document: { kind: "worker", unreachable: "replace" }, single: false, changes: true },
  { name: "cron", document: { kind: "worker", singleton: true }, single: true, changes: true },
  // Fenced, but no singleton: a rollout may run two at once, a failover never.
  {
    name: "ledger",
    document: { kind: "worker", policy: { providers: ["agents"] } },
    single: true,
    changes: false,
  },
];

/** Does one random thing to a workload, as a user at one of the broker's processes would. */
export async function operate(world: World, subject: Subject, targets: readonly string[]): Promise<void> {
  const process = world.someProcess();
  if (process === undefined) return;
  const { dice, caller } = world;
  const { name } = subject;
  const scope = { project: caller.project.id, environment: caller.environment };
  if (!subject.changes && (await world.store.workload(scope, name)) !== undefined) return;
  const put = (over: Readonly<Record<string, unknown>>, redeploy = false) =>
    deploy(process.ports, caller, name, { spec: documentOf(subject, over), redeploy });
  const image = `localhost/app:${dice.between(1, 3)}`;
  const min = subject.single ? 1 : dice.between(1, 3);
  const acts: readonly (readonly [string, Act])[] = [
    ["deploy", () => put({ image })],
    ["remove", () => destroy(process.ports, caller, name, {})],
    ["scale", () => put({ image: "localhost/app:1", scale: { min, max: min } })],
    ["migrate", () => migrate(process.ports, caller, name, { to: { target: dice.pick(targets) } })],
    ["rollback", () => rollback(process.ports, caller, name, {})],
    ["crash", () => put({ image: "localhost/app:crash" })],
    ["redeploy", () => put({ image }, true)],
    ["unpin", () => clearOverrides(process.ports, caller, name)],
  ];
  const [what, act] = dice.pick(
    subject.changes ? [...acts, ...acts.slice(0, 1), ...acts.slice(2, 5)] : acts.slice(0, 1),
  );
  await settle(world, process, `${what} ${name}`, act);
}

/** Something a user asks of a broker. */
export type Act = () => Promise<object | void>;

/** Does it, and notes how it went; what no user should ever meet is a violation. */
export async function settle(world: World, process: BrokerProcess, what: string, act: Act): Promise<void> {
  world.note(`${process.name} ${what}`);
  try {
    const done = await act();
    world.note(`${what}: ${outcomeIn(done)}`);
  } catch (error) {
    world.note(`${what}: ${String(error)}`);
    const expected = error instanceof Fault || error instanceof Crash || error instanceof StoreLost;
    if (!expected) world.violated(`${what} failed: ${String(error)}`);
  }
}

// A plan says what became of it, a run only that it is.
function outcomeIn(done: object | void): string {
  return done !== undefined && "outcome" in done ? String(done.outcome) : "done";
}

function documentOf({ name, document, changes }: Subject, over: Readonly<Record<string, unknown>>) {
  const image = { image: "localhost/app:1" };
  return { name, ...document, ...image, ...(changes ? over : {}) };
}
