import { createHash } from "node:crypto";
import type { Caller } from "../../src/broker/ports.ts";
import type { Endpoint } from "../../src/domain/observation.ts";
import type { Store } from "../../src/store/store.ts";
import type { Dice } from "./dice.ts";
import { type FaultRates, NO_FAULTS } from "./faults.ts";
import { unitName } from "../../src/domain/unit-id.ts";
import { Ledger } from "./ledger.ts";
import { judgeTries } from "./judge-try.ts";
import { BrokerProcess } from "./process.ts";
import { RunLedger } from "./run-ledger.ts";
import { Timeline } from "./timeline.ts";
import { Truth } from "./truth.ts";

/** The moment at which every simulation begins, ms since the epoch. */
const START = Date.parse("2026-11-22T12:00:50Z");
/** A process's clock is off by no more than this, ms: two of them together by less than the margin of a fence. */
const MOST_SKEW_MS = 900;

export interface RunOptions {
  /** Keep the trace's text, not only its fingerprint. */
  readonly keepTrace?: boolean;
  readonly stepwise?: boolean;
}

/** Everything of one simulation: time, chance, the store, what really exists, the broker's processes, and the trace. */
export class World {
  readonly dice: Dice;
  readonly time = new Timeline();
  readonly truth: Truth;
  readonly store: Store;
  readonly caller: Caller;
  /** Every call to the store is a moment of its own: slower, and the same on every store. */
  readonly stepwise: boolean;
  rates: FaultRates = NO_FAULTS;
  processes: BrokerProcess[] = [];
  /** Calls that make or remove something at a provider, and passes of the loops, since the beginning. */
  writes = 0;
  ticks = 0;
  /** What has really been written, beneath every fault. */
  readonly ledger: Ledger;
  readonly runs: RunLedger;
  /** After a restore an older copy rules, so that some guarantees cannot hold any more. */
  restored = false;
  /** How far the clocks of a broker with hosts are off, ms. */
  skewMs = 0;
  /** Nobody may start a process now. */
  isDown = false;
  /** Hosts that nobody can reach. */
  readonly cutOff = new Set<string>();
  readonly violations: string[] = [];
  readonly #trace: string[] | undefined;
  readonly #hash = createHash("sha256");
  #started = 0;

  constructor(dice: Dice, store: Store, caller: Caller, options: RunOptions) {
    this.dice = dice;
    this.caller = caller;
    this.truth = new Truth(() => this.clock());
    this.ledger = new Ledger(this);
    this.runs = new RunLedger(this);
    this.store = this.runs.over(this.ledger.over(store));
    this.truth.clouds.changed = () => this.judgeTries();
    this.stepwise = options.stepwise === true;
    this.#trace = options.keepTrace === true ? [] : undefined;
  }

  /** The true time, ms since the epoch. */
  clock(): number {
    return START + this.time.now;
  }

  /** Starts one more process, its clock a little off. */
  startProcess(): BrokerProcess {
    this.#started += 1;
    const process = new BrokerProcess(this, `broker-${this.#started}`, this.drawSkew());
    this.processes = [...this.processes.filter(({ life }) => !life.dead), process];
    this.note(`${process.name} starts`);
    process.start();
    return process;
  }

  /**
   * How far a process's clock is off from now on. With hosts, all of a broker's clocks go together and only forward: what an
   * agent confirmed is dated by one process and the removal by another, and only the real order of the two is safe.
   */
  drawSkew(): number {
    if (this.truth.hosts.length === 0) return this.dice.between(-MOST_SKEW_MS, MOST_SKEW_MS);
    return this.skewMs;
  }

  /** A clock is set anew. */
  stepClock(process: BrokerProcess): void {
    this.skewMs = this.dice.between(this.skewMs, MOST_SKEW_MS);
    if (this.truth.hosts.length === 0) process.skewMs = this.drawSkew();
    else for (const other of this.processes) other.skewMs = this.skewMs;
  }

  /** A process that is alive, if one is. */
  someProcess(): BrokerProcess | undefined {
    const alive = this.processes.filter(({ life }) => !life.dead);
    return alive.length === 0 ? undefined : this.dice.pick(alive);
  }

  /** What a probe of an endpoint finds: the truth, unless it does not get through. */
  probe(endpoint: Endpoint): string | undefined {
    if (this.dice.chance(this.rates.probe)) return "the probe was lost";
    const there = this.truth
      .resources()
      .find(({ unit }) => endpoint.url.includes(unit) || endpoint.url.includes(unitName(unit)));
    if (there === undefined || there.up === 0) return "nothing answers there";
    return this.cutOff.has(there.at) ? "its host cannot be reached" : undefined;
  }

  /** A provider is about to be told to remove a unit. */
  destroying(unit: string): void {
    const state = this.ledger.stateOf(unit);
    if (state !== "doomed" && state !== "gone") this.violated(`${unit} is removed while its row is ${state}`);
  }

  /** A try may have begun somewhere: what is there now is held against what was written. */
  judgeTries(): void {
    if (this.restored || this.violations.length > 0) return;
    for (const wrong of judgeTries(this.truth.tries(), this.runs.tries)) this.violated(wrong);
  }

  /** Adds a line to the trace. */
  note(line: string): void {
    const text = `${this.time.now} ${line}\n`;
    this.#hash.update(text);
    this.#trace?.push(text);
  }

  /** A guarantee has been broken. */
  violated(what: string): void {
    this.violations.push(`at ${this.time.now} ms: ${what}`);
    this.note(`VIOLATED ${what}`);
  }

  /** The trace so far: its fingerprint, and its text when it is kept. */
  trace(): { readonly hash: string; readonly text: string } {
    return { hash: this.#hash.copy().digest("hex"), text: this.#trace?.join("") ?? "" };
  }
}
