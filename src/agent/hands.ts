import type { Action } from "./action.ts";
import { perform } from "./perform.ts";
import type { Afterwards, PerformPorts } from "./perform.ts";
import { replicaKey } from "./unit-memory.ts";
import type { Memory } from "./unit-memory.ts";

/** How many replicas are made at once: pulling more would only make each slower. */
const MAX_STARTS = 4;
/** How many containers are probed at once. */
const MAX_PROBES = 64;

/** Told what there is to remember of each action that ended. */
type AfterwardsOf = (change: Afterwards, isProbe: boolean) => void;

interface Deed {
  readonly action: Action;
  readonly off: AbortController;
  readonly done: Promise<void>;
}

/** Carries actions out beside each other, at most one for a replica, and none for a unit that is being removed. */
export class Hands {
  readonly #ports: PerformPorts;
  readonly #afterwards: AfterwardsOf;
  readonly #deeds = new Map<string, Deed>();
  readonly #probes = new Set<string>();
  readonly #cleared = new Set<string>();

  constructor(ports: PerformPorts, afterwards: AfterwardsOf) {
    this.#ports = ports;
    this.#afterwards = afterwards;
  }

  /** Replicas and units that something is being done to; probing is nothing done. */
  busy(): ReadonlySet<string> {
    return new Set(this.#deeds.keys());
  }
  probing(): ReadonlySet<string> {
    return new Set(this.#probes);
  }
  /** Doomed units that were removed with their volumes. */
  cleared(): ReadonlySet<string> {
    return new Set(this.#cleared);
  }

  /** Begin an action unless there is no hand free; says whether it began. */
  begin(action: Action, memory: Memory): boolean {
    if (action.do === "probe") return this.#probe(action, memory);
    const starts = [...this.#deeds.values()].filter((deed) => deed.action.do === "start").length;
    if (action.do === "start" && starts >= MAX_STARTS) return false;
    const key = action.do === "remove" ? action.unit : replicaKey(idOf(action), action.replica);
    if (this.#deeds.has(key)) return false;
    const off = new AbortController();
    const before = action.do === "remove" ? this.#ofUnit(action.unit) : [];
    this.#deeds.set(key, { action, off, done: this.#carryOut(key, action, memory, before, off.signal) });
    return true;
  }

  /** Call off starts of what is no longer wanted, and forget what is no longer doomed. */
  letGo(wanted: ReadonlySet<string>, doomed: ReadonlySet<string>): void {
    for (const { action, off } of this.#deeds.values()) {
      if (action.do === "start" && (!wanted.has(action.unit.id) || doomed.has(action.unit.id))) off.abort();
    }
    for (const unit of this.#cleared) if (!doomed.has(unit)) this.#cleared.delete(unit);
  }

  /** Call off every start, and wait for what is under way to end. */
  async callOff(): Promise<void> {
    for (const { off } of this.#deeds.values()) off.abort();
    await Promise.all([...this.#deeds.values()].map(({ done }) => done));
  }

  async #carryOut(
    key: string,
    action: Action,
    memory: Memory,
    before: readonly Deed[],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      // A start that is still under way could make what the removal no longer sees.
      for (const deed of before) deed.off.abort();
      await Promise.all(before.map(({ done }) => done));
      const change = await perform(action, memory, this.#ports, signal);
      if (action.do === "remove") this.#cleared.add(action.unit);
      this.#deeds.delete(key);
      this.#afterwards(change, false);
    } catch {
      this.#deeds.delete(key); // said in the log already; the next pass tries again
    }
  }

  #probe(action: Extract<Action, { do: "probe" }>, memory: Memory): boolean {
    const key = replicaKey(action.unit.id, action.replica);
    if (this.#probes.has(key) || this.#probes.size >= MAX_PROBES) return false;
    this.#probes.add(key);
    void this.#carryOutProbe(key, action, memory);
    return true;
  }

  async #carryOutProbe(key: string, action: Action, memory: Memory): Promise<void> {
    const change = await perform(action, memory, this.#ports, NEVER);
    this.#probes.delete(key);
    this.#afterwards(change, true);
  }

  #ofUnit(unit: string): readonly Deed[] {
    return [...this.#deeds.values()].filter(({ action }) => action.do !== "remove" && idOf(action) === unit);
  }
}

const NEVER = new AbortController().signal;
const idOf = (action: Action): string => (typeof action.unit === "string" ? action.unit : action.unit.id);
