import type { SyncReply, SyncRequest } from "../domain/agent-protocol.ts";
import type { Observation, Unrecognised } from "../domain/observation.ts";
import { Bell } from "./bell.ts";
import { converge } from "./converge.ts";
import type { Action } from "./action.ts";
import { nothingDesired, obey, readDesired, wantsBuried, writeDesired } from "./desired.ts";
import type { Desired } from "./desired.ts";
import type { Driver, LogQuery } from "./drivers/driver.ts";
import type { SeenContainer } from "./drivers/seen.ts";
import { Hands } from "./hands.ts";
import { leaseTimes } from "./lease.ts";
import { Looker } from "./looker.ts";
import { MAIN } from "./mark.ts";
import { memoryText, readMemory, writeMemory } from "./memory-file.ts";
import type { PerformPorts } from "./perform.ts";
import { observe, unrecognised } from "./report.ts";
import { afterLook, noteReady } from "./unit-memory.ts";
import type { Memory } from "./unit-memory.ts";
import type { WatchdogKeeper } from "./watchdog-keeper.ts";
import type { SecretVault } from "./secret-vault.ts";

/** Between two looks when all is as wanted, and while something is under way, ms. */
const LOOK_MS = 1_000;
const QUICK_LOOK_MS = 300;
/** Answers in a row that want what was buried, after which the broker's database is taken for an older copy; one alone may just be late. */
const OLDER_ANSWERS = 3;

export interface DaemonOptions extends PerformPorts {
  readonly agentId: string;
  readonly installation: string;
  readonly dataDir: string;
  readonly address?: string | undefined;
  readonly uptime: () => number;
  readonly watchdog: WatchdogKeeper;
  readonly vault: SecretVault;
  /** What is observed has changed: the broker wants to know. */
  readonly onChanged: () => void;
}

/** What a sync says of the units here. */
export type Findings = Pick<SyncRequest, "observations" | "complete" | "unrecognised">;

/** Looks at the engine, decides, acts, and looks again; with a broker or without one. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #driver: Driver;
  readonly #bell = new Bell();
  readonly #hands: Hands;
  readonly #looker: Looker;
  #desired: Desired;
  #memory: Memory;
  #keptMemory: string;
  #leaseStopAt: number;
  #olderAnswers = 0;
  #containers: readonly SeenContainer[] = [];
  #complete = false;
  #observations: readonly Observation[] = [];
  #unrecognised: readonly Unrecognised[] = [];

  private constructor(options: DaemonOptions, desired: Desired, memory: Memory, leaseStopAt: number) {
    this.#options = options;
    this.#driver = options.driver;
    this.#desired = desired;
    this.#memory = memory;
    this.#keptMemory = memoryText(memory);
    this.#leaseStopAt = leaseStopAt;
    this.#looker = new Looker(options.driver);
    this.#hands = new Hands(options, (change, isProbe) => {
      const before = this.#memory;
      this.#memory = noteReady(change(before), this.#desired);
      // A probe that found what was known is no reason to look at the engine.
      if (!isProbe || memoryText(before) !== memoryText(this.#memory)) this.#bell.ring();
    });
  }

  /** A daemon that goes on from what the data folder holds. */
  static async open(options: DaemonOptions): Promise<Daemon> {
    const { dataDir, installation, log } = options;
    const kept = await readDesired(dataDir, log);
    const desired = kept?.installation === installation ? kept : nothingDesired(installation);
    // A lease of before a restart still holds; without one, what may run only once waits for the broker's word.
    const lease = await options.watchdog.leaseOnDisk();
    return new Daemon(options, desired, await readMemory(dataDir, log), lease?.stopAt ?? 0);
  }

  /** The highest epoch this agent has obeyed. */
  get epoch(): number {
    return this.#desired.epoch;
  }

  /** The epoch to say to the broker: one beyond its own shows an older copy of its database what it is, and makes it start a new epoch. */
  get saidEpoch(): number {
    return this.#desired.epoch + (this.#olderAnswers >= OLDER_ANSWERS ? 1 : 0);
  }

  /** What was found at the last look. */
  findings(): Findings {
    return { observations: this.#observations, complete: this.#complete, unrecognised: this.#unrecognised };
  }

  /** Do as the broker says, from now on and on disk; a refused answer changes nothing and renews no lease. `sentAt`: uptime at which it was asked. */
  async obey(reply: SyncReply, sentAt: number): Promise<void> {
    const next = obey(this.#desired, reply);
    if (typeof next === "string") {
      this.#options.log(next);
      return;
    }
    this.#olderAnswers = wantsBuried(this.#desired, reply) ? this.#olderAnswers + 1 : 0;
    await this.#options.vault.keep(reply.secrets ?? [], next.units);
    if (JSON.stringify(next) !== JSON.stringify(this.#desired)) {
      await writeDesired(this.#options.dataDir, next);
      this.#desired = next;
      this.#hands.letGo(new Set(next.units.map(({ id }) => id)), new Set(next.doomed.map(({ id }) => id)));
      this.#bell.ring();
    }
    const times = leaseTimes(sentAt, reply.leaseMs);
    this.#leaseStopAt = times.stopAt;
    const fenced = new Set(
      this.#desired.units.filter((unit) => unit.template.unreachable === "fence").map(({ id }) => id),
    );
    await this.#options.watchdog.renew(
      times,
      this.#containers.filter(({ mark }) => fenced.has(mark.unit)),
      [...fenced],
    );
  }

  /** Where a port of a replica answers now; undefined when it runs no such thing. */
  dial(
    unit: string,
    replica: number,
    port: number,
  ): { readonly host: string; readonly port: number } | undefined {
    const main = this.#containers.find(
      ({ mark }) => mark.unit === unit && mark.replica === replica && mark.container === MAIN,
    );
    const hostPort = main?.state === "running" ? main.ports[port] : undefined;
    return hostPort === undefined ? undefined : { host: this.#options.dialHost, port: hostPort };
  }

  /** Logs of a unit; undefined when nothing of it is here. */
  async logs(unit: string, query: LogQuery): Promise<ReadableStream<Uint8Array> | undefined> {
    return this.#containers.some(({ mark }) => mark.unit === unit)
      ? await this.#driver.logs(unit, query)
      : undefined;
  }

  /** Run until aborted. What is under way then is called off where it can be; containers stay. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#pass();
      } catch (error) {
        // A full disk, or an engine's nonsense: the containers run on, and the next pass tries again.
        this.#options.log(
          `this pass came to nothing: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      await this.#bell.wait(this.#isSettled() ? LOOK_MS : QUICK_LOOK_MS, signal);
    }
    await this.#hands.callOff();
  }

  async #pass(): Promise<void> {
    const { now, log, dataDir } = this.#options;
    const before = this.#hands.busy();
    const everything = await this.#look();
    if (everything === undefined) return;
    this.#containers = everything.filter(({ mark }) => mark.agent === this.#options.agentId);
    // What was under way at any moment of the look may have been missed by it.
    const busy = new Set([...before, ...this.#hands.busy()]);
    this.#memory = afterLook(this.#memory, this.#desired, this.#containers, busy, now());
    const world = { ...this.#sight(), busy, probing: this.#hands.probing() };
    for (const action of converge(world, now())) this.#begin(action);
    const text = memoryText(this.#memory);
    if (text !== this.#keptMemory) {
      await writeMemory(dataDir, text);
      this.#keptMemory = text;
    }
    const observations = await this.#looker.withLines(observe(this.#sight(), now()), this.#containers, log);
    this.#publish(observations, unrecognised({ desired: this.#desired, containers: everything }), true);
  }

  #isSettled(): boolean {
    return this.#hands.busy().size === 0 && this.#observations.every(({ phase }) => SETTLED.has(phase));
  }

  #sight() {
    return {
      desired: this.#desired,
      containers: this.#containers,
      memory: this.#memory,
      leaseOver: this.#options.uptime() >= this.#leaseStopAt,
      cleared: this.#hands.cleared(),
      agentId: this.#options.agentId,
      address: this.#options.address,
    };
  }

  #begin(action: Action): void {
    if (this.#hands.begin(action, this.#memory) && action.do !== "probe")
      this.#options.log(sentenceFor(action));
  }

  /** A look that failed says nothing: what was seen last stays said, with its own time. */
  async #look(): Promise<readonly SeenContainer[] | undefined> {
    try {
      return await this.#looker.look();
    } catch (error) {
      if (this.#complete)
        this.#options.log(
          `the engine cannot be asked: ${error instanceof Error ? error.message : String(error)}`,
        );
      this.#publish(this.#observations, this.#unrecognised, false);
      return undefined;
    }
  }

  #publish(observations: readonly Observation[], strange: readonly Unrecognised[], complete: boolean): void {
    const changed =
      complete !== this.#complete ||
      timeless(observations) !== timeless(this.#observations) ||
      strange.length !== this.#unrecognised.length;
    this.#observations = observations;
    this.#unrecognised = strange;
    this.#complete = complete;
    if (changed) this.#options.onChanged();
  }
}

const SETTLED: ReadonlySet<Observation["phase"]> = new Set(["ready", "failed", "stopped"]);

const timeless = (observations: readonly Observation[]): string =>
  JSON.stringify(observations, (key: string, value: unknown) => (key === "at" ? 0 : value));

function sentenceFor(action: Exclude<Action, { do: "probe" }>): string {
  if (action.do === "start") {
    return `starting ${action.unit.workload} (${action.unit.id}), replica ${String(action.replica)}: ${action.because}`;
  }
  const what = action.do === "stop" ? `stopping replica ${String(action.replica)} of` : "removing";
  return `${what} ${action.unit}: ${action.because}`;
}
