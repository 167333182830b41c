import { adapterFactories } from "../../src/adapters/registry.ts";
import { namesOnly } from "../../src/adapters/sandbox/serving.ts";
import type { Adapter, RunVerbs, TrySightings } from "../../src/adapters/adapter.ts";
import { agentTry } from "../../src/broker/agent-try.ts";
import { unitsOnHost } from "../../src/broker/host-units.ts";
import type { Ports } from "../../src/broker/ports.ts";
import { shippedBooks } from "../../src/broker/shipped-books.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { NODE_GATEWAY } from "../../src/gateway/features.ts";
import { reconcilePorts } from "../../src/main/reconcile-ports.ts";
import type { ReconcilePorts } from "../../src/reconcile/ports.ts";
import { sweep, sweepMemory, sweepSoon } from "../../src/reconcile/sweep.ts";
import { runTick } from "../../src/reconcile/runs/tick.ts";
import { tick } from "../../src/reconcile/tick.ts";
import type { Target } from "../../src/store/instance.ts";
import type { Store } from "../../src/store/store.ts";
import { BELL_REFUSALS, CALL_DEADLINE_MS, Crash, Life, StoreLost } from "./faults.ts";
import { intercepted } from "./intercepted.ts";
import type { World } from "./world.ts";
import { testCloudPorts } from "../adapters/cloud-ports.ts";
import { noImages } from "../broker/no-images.ts";
import { simulatedJudge } from "../contracts/judge-simulated.ts";
import { testSealer } from "../identity/test-sealer.ts";

/** As `main/reconcile-loop.ts` has them, ms. */
const LONGEST_SLEEP_MS = 1_000;
const FAILURE_PAUSE_MS = 1_000;
/** Workloads worked on at once. */
const WORKERS = 2;
const NEVER = new AbortController().signal;

/** One process of the broker in a simulation: real use cases and loops over a store and providers that fail. */
export class BrokerProcess {
  readonly name: string;
  readonly ports: Ports;
  readonly life: Life;
  /** How far its clock is off, ms. */
  skewMs: number;
  readonly #world: World;
  readonly #reconcile: ReconcilePorts;
  readonly #memory = sweepMemory();
  /** What breaks a cloud's contract breaks the schedule, whoever catches the error. */
  readonly #judge = simulatedJudge((violations, contract) => {
    const broken = `the contract of ${contract} is broken: ${violations.join("; ")}`;
    this.#world.violated(broken);
    throw new Error(broken);
  });
  readonly #askedAt = new WeakMap<object, number>();

  constructor(world: World, name: string, skewMs: number) {
    this.#world = world;
    this.name = name;
    this.skewMs = skewMs;
    this.life = new Life(world.dice, world.time, () => world.rates);
    const store = intercepted(world.store, async (method, call) => {
      const askedAt = world.time.now;
      const answer = await this.life.storeCall(call, world.stepwise);
      return method === "targetById" ? this.#opens(answer, askedAt) : answer;
    });
    const now = () => world.clock() + this.skewMs;
    this.ports = {
      store,
      open: this.#opener(store, now),
      books: shippedBooks(),
      sealer: testSealer(),
      images: noImages,
      // Simulations keep no receipts: encoding them would be most of their time.
      receiptDays: 0,
      gateway: { features: NODE_GATEWAY, pathBase: "http://gateway.test" },
      now,
      random: (count) => world.dice.bytes(count),
      sleep: (ms) => world.time.sleep(ms),
      nudge: () => {},
      ring: () => {},
      log: () => {},
    };
    this.#reconcile = {
      ...reconcilePorts(this.ports, {
        send: async () => await Promise.reject(new Error("nobody sends requests in a simulation")),
        counts: undefined,
        snapshots: undefined,
        touched: (target) => sweepSoon(this.#memory, target),
        owner: name,
      }),
      probe: async (endpoint) => world.probe(endpoint),
    };
  }

  // A try's call has its deadline from before its target is read: see `reconcile/runs/perform.ts`.
  #opens(target: unknown, askedAt: number): unknown {
    if (typeof target !== "object" || target === null) return target;
    const own = { ...target };
    this.#askedAt.set(own, askedAt);
    return own;
  }

  /** Starts its loops; they end when it dies. */
  start(): void {
    for (let worker = 0; worker < WORKERS; worker += 1) void this.#loop(() => this.#work());
    void this.#loop(() => this.#look());
  }

  async #work(): Promise<void> {
    this.#world.ticks += 1;
    const worked = await tick(this.#reconcile, NEVER);
    if ((await runTick(this.#reconcile, NEVER)) > 0 || worked) return;
    const due = await this.ports.store.nextDue();
    const pause = due === undefined ? LONGEST_SLEEP_MS : Math.max(10, due - this.ports.now());
    await this.#world.time.sleep(Math.min(LONGEST_SLEEP_MS, pause));
  }

  async #look(): Promise<void> {
    const { nextAt } = await sweep(this.#reconcile, this.#memory, NEVER);
    const pause = Math.max(50, nextAt - this.ports.now());
    await this.#world.time.sleep(Math.min(LONGEST_SLEEP_MS, pause));
  }

  async #loop(work: () => Promise<void>): Promise<void> {
    while (!this.life.dead) {
      try {
        await work();
      } catch (error) {
        if (this.life.dead || error instanceof Crash) return;
        if (!(error instanceof StoreLost)) this.#world.violated(`a pass failed: ${String(error)}`);
        await this.#world.time.sleep(FAILURE_PAUSE_MS);
      }
    }
  }

  #opener(store: Store, now: () => number): (target: Target) => Adapter {
    const over = (clock: () => number) =>
      adapterFactories({
        sandboxState: this.#world.truth.clouds,
        sandboxServers: namesOnly(),
        sandboxJudge: this.#judge,
        book: builtInBook,
        now: clock,
        agentDirectory: directoryOf(store),
        cloud: testCloudPorts({ now: clock }),
      });
    // A cloud has a clock of its own; a pool of agents is judged by the broker's.
    const [clouds, agents] = [over(() => this.#world.clock()), over(now)];
    return (target) => {
      if (target.kind === "sandbox") this.#world.truth.clouds.knows(target);
      return this.#faulty(target, (target.kind === "agents" ? agents : clouds)[target.kind](target));
    };
  }

  #faulty(target: Target, adapter: Adapter): Adapter {
    const world = this.#world;
    const { runs } = adapter;
    return {
      ...adapter,
      ...(runs === undefined ? {} : { runs: this.#faultyRuns(target, runs) }),
      offers: (needs, call) => this.life.providerCall(() => adapter.offers(needs, call), false),
      apply: (unit, call) =>
        this.life.providerCall(() => {
          world.note(`apply ${unit.name} x${unit.replicas.min} at ${target.name}`);
          world.writes += 1;
          return adapter.apply(unit, call);
        }, mayComeLate(unit)),
      destroy: (ref, call) => {
        world.destroying(ref.id);
        return this.life.providerCall(() => {
          world.note(`destroy ${ref.name} at ${target.name}`);
          world.writes += 1;
          return adapter.destroy(ref, call);
        }, true);
      },
      observe: async (known, call) => {
        const sighting = await this.life.providerCall(() => adapter.observe(known, call), false);
        if (!world.dice.chance(world.rates.partial)) return sighting;
        const seen = sighting.observations.filter(() => world.dice.chance(0.5));
        return { complete: false, observations: seen, unrecognised: [] };
      },
    };
  }

  // With more tries than one call may tell of, the first ones are told of; and one that cannot be told of says nothing of the others.
  #someOf(sightings: TrySightings): TrySightings {
    const { dice, rates } = this.#world;
    if (sightings.size < 2 || !dice.chance(rates.partial)) return sightings;
    const told = [...sightings].slice(0, dice.between(1, sightings.size));
    const lost = new AdapterError("unavailable", "this try alone could not be read");
    return new Map(told.map(([name, seen]) => [name, dice.chance(0.3) ? lost : seen]));
  }

  #faultyRuns(target: Target, runs: RunVerbs): RunVerbs {
    const world = this.#world;
    // A host is handed a try by its row: that its bell could not be rung says nothing of the try.
    const refusals = target.kind === "agents" ? BELL_REFUSALS : undefined;
    const dueBy = (this.#askedAt.get(target) ?? world.time.now) + CALL_DEADLINE_MS;
    return {
      start: (unit, run, call) =>
        this.life.tryCall(
          dueBy,
          "start",
          () => {
            world.note(`start ${run.name} at ${target.name}`);
            world.writes += 1;
            return runs.start(unit, run, call);
          },
          refusals,
        ),
      observe: (tries, call) =>
        this.life.tryCall(dueBy, "observe", async () => this.#someOf(await runs.observe(tries, call))),
      stop: (unit, run, call) =>
        this.life.tryCall(dueBy, "stop", () => {
          world.note(`stop ${run.name} at ${target.name}`);
          world.writes += 1;
          return runs.stop(unit, run, call);
        }),
    };
  }
}

/**
 * What must never run twice is not asked for by a call that arrives after its answer was given up: no provider can tell such
 * a call from a new one, and Berth bounds it by time alone (`LATE_CALL_MS`).
 */
const mayComeLate = ({ template }: Unit): boolean => !template.singleton && template.unreachable !== "fence";

function directoryOf(store: Store) {
  return {
    agents: (project: string, pool: string) => store.agents(project, pool),
    unitsOn: async (id: string) => {
      const agent = await store.agent(id);
      return agent === undefined ? [] : unitsOnHost(store, agent);
    },
    tryOn: (id: string, name: string) => agentTry(store, id, name),
    ring: () => {},
    connected: () => false,
    logs: async () => new ReadableStream<Uint8Array>(),
  };
}
