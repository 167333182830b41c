import { randomBytes } from "node:crypto";
import { adapterFactories } from "../../src/adapters/registry.ts";
import type { SimulatedUnit } from "../../src/adapters/simulated-cloud.ts";
import { namesOnly } from "../../src/adapters/sandbox/serving.ts";
import { agentTry } from "../../src/broker/agent-try.ts";
import { unitsOnHost } from "../../src/broker/host-units.ts";
import type { Caller, Ports } from "../../src/broker/ports.ts";
import { ensureDefaultProject } from "../../src/broker/projects.ts";
import { shippedBooks } from "../../src/broker/shipped-books.ts";
import { putTarget } from "../../src/broker/targets.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import type { ResolveImage } from "../../src/domain/resolved-image.ts";
import type { Endpoint } from "../../src/domain/observation.ts";
import { NODE_GATEWAY } from "../../src/gateway/features.ts";
import { reconcilePorts } from "../../src/main/reconcile-ports.ts";
import type { ReconcilePorts } from "../../src/reconcile/ports.ts";
import { runTick } from "../../src/reconcile/runs/tick.ts";
import { sweep, sweepMemory, sweepSoon } from "../../src/reconcile/sweep.ts";
import { tick } from "../../src/reconcile/tick.ts";
import type { Store } from "../../src/store/store.ts";
import { recorded, type Interference, type ProviderCall } from "./recorded-adapter.ts";
import { openStoreFile, type StoreFile } from "./store-file.ts";
import { testCloudPorts } from "../adapters/cloud-ports.ts";
import { type SeenTry, WatchedClouds } from "../adapters/sandbox/above.ts";
import { noImages } from "./no-images.ts";
import { testSealer } from "../identity/test-sealer.ts";
import { judgeSimulated } from "../contracts/judge-simulated.ts";

/** When every bench begins. */
export const START = Date.parse("2026-11-22T12:00:00Z");
const NEVER = new AbortController().signal;
/** More passes at one moment than this means that something never rests. */
const MAX_TICKS = 200;

/** One process of the broker: its ports, its loops' memory. Another over the same store is another process. */
export interface Process {
  readonly ports: Ports;
  readonly reconcile: ReconcilePorts;
  /** Sweep, then tick until nothing is due. */
  pass(): Promise<void>;
  /** One tick; true when something was due. */
  tick(): Promise<boolean>;
  sweep(): Promise<void>;
}

/** A broker over a real store and simulated clouds, its clock moved by hand. */
export class Bench {
  readonly file: StoreFile;
  readonly caller: Caller;
  readonly clock: { now: number };
  readonly clouds: WatchedClouds;
  readonly calls: ProviderCall[] = [];
  readonly logged: string[] = [];
  readonly rung: string[] = [];
  /** What the gateways here count, unit -> requests in flight. */
  readonly inflight = new Map<string, number>();
  /** How provider calls and probes fail; tests change it. */
  interference: Interference = {};
  /** What registries answer. */
  images: ResolveImage = noImages;
  probe: (endpoint: Endpoint) => string | undefined = () => undefined;
  /** The process that `run` and most tests go through. */
  main: Process;

  constructor(file: StoreFile, caller: Caller, clock: { now: number }) {
    this.file = file;
    this.caller = caller;
    this.clock = clock;
    this.clouds = new WatchedClouds(() => clock.now);
    this.main = this.process();
  }

  /** Another process over the same store; `through` may stand between it and the store. */
  process(through: (store: Store) => Store = (store) => store): Process {
    const store = through(this.file.store);
    const now = () => this.clock.now;
    const factories = adapterFactories({
      sandboxState: this.clouds,
      sandboxServers: namesOnly(),
      sandboxJudge: judgeSimulated,
      book: builtInBook,
      now,
      agentDirectory: directoryOf(store, this.rung),
      cloud: testCloudPorts({ now }),
    });
    const ports: Ports = {
      store,
      open: (target) => {
        if (target.kind === "sandbox") this.clouds.knows(target);
        return recorded(factories[target.kind](target), target.name, this.calls, () => this.interference);
      },
      books: shippedBooks(),
      sealer: testSealer(),
      images: (question, call) => this.images(question, call),
      gateway: { features: NODE_GATEWAY, pathBase: "http://gateway.test" },
      now,
      random,
      sleep: async (ms) => void (this.clock.now += ms),
      nudge: () => {},
      ring: (agent) => void this.rung.push(agent),
      log: (level, message) => void this.logged.push(`${level}: ${message}`),
    };
    return processOf(ports, this.inflight, (endpoint) => this.probe(endpoint));
  }

  /** `main` is dead; a new one takes its place. */
  restart(): void {
    this.main = this.process();
  }

  async connect(name: string, document: Readonly<Record<string, unknown>>): Promise<void> {
    await putTarget(this.main.ports, this.caller, name, document);
  }

  /** Everything that exists at a target. */
  async made(name: string): Promise<readonly SimulatedUnit[]> {
    const target = await this.#watched(name);
    return target === undefined ? [] : this.clouds.units(target);
  }

  /** Every try of a job that a target ever began, those that were taken away among them. */
  async tries(name: string): Promise<readonly SeenTry[]> {
    const target = await this.#watched(name);
    return target === undefined ? [] : this.clouds.tries(target);
  }

  async #watched(name: string): Promise<string | undefined> {
    const target = await this.file.store.target(this.caller.project.id, name);
    if (target !== undefined) this.clouds.knows(target);
    return target?.id;
  }

  /** The clock goes on by `ms` in steps, with a pass at each. */
  async run(ms: number, stepMs = 500): Promise<void> {
    const end = this.clock.now + ms;
    while (this.clock.now < end) {
      this.clock.now = Math.min(end, this.clock.now + stepMs);
      await this.main.pass();
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Opens a bench with project `default`, on a real database unless another store is given; nothing is connected yet. */
export async function openBench(given?: StoreFile): Promise<Bench> {
  const file = given ?? (await openStoreFile());
  const clock = { now: START };
  const project = await ensureDefaultProject({ store: file.store, now: () => clock.now, random });
  return new Bench(file, { project, environment: "production", actor: "token:ci" }, clock);
}

const random = (bytes: number): Uint8Array => randomBytes(bytes);

function processOf(
  ports: Ports,
  inflight: ReadonlyMap<string, number>,
  probe: (endpoint: Endpoint) => string | undefined,
): Process {
  const memory = sweepMemory();
  const reconcile: ReconcilePorts = {
    ...reconcilePorts(ports, {
      send: async () => await Promise.reject(new Error("no bench sends requests")),
      counts: undefined,
      snapshots: undefined,
      touched: (target) => sweepSoon(memory, target),
      owner: ports.random(8).toString(),
    }),
    probe: async (endpoint) => probe(endpoint),
    inflight: (unit) => inflight.get(unit),
  };
  return {
    ports,
    reconcile,
    tick: () => tick(reconcile, NEVER),
    sweep: async () => void (await sweep(reconcile, memory, NEVER)),
    async pass() {
      await sweep(reconcile, memory, NEVER);
      const work = async () => (await tick(reconcile, NEVER)) || (await runTick(reconcile, NEVER)) > 0;
      for (let ticks = 0; await work(); ticks += 1)
        if (ticks > MAX_TICKS) throw new Error("the reconciler never rests at one moment");
    },
  };
}

function directoryOf(store: Store, rung: string[]) {
  return {
    agents: (project: string, pool: string) => store.agents(project, pool),
    unitsOn: async (id: string) => {
      const agent = await store.agent(id);
      return agent === undefined ? [] : unitsOnHost(store, agent);
    },
    tryOn: (id: string, name: string) => agentTry(store, id, name),
    ring: (agent: string) => void rung.push(agent),
    connected: () => false,
    logs: async () => new ReadableStream<Uint8Array>(),
  };
}
