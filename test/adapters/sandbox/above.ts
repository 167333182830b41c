import { SIMULATED_CLOUDS } from "../../../src/adapters/registry.ts";
import { type Account, accountOf } from "../../../src/adapters/sandbox/account.ts";
import { parseSandboxConfig, type SandboxConfig } from "../../../src/adapters/sandbox/config.ts";
import { rulesOf } from "../../../src/adapters/sandbox/session.ts";
import { memoryState, type SandboxState } from "../../../src/adapters/sandbox/state.ts";
import type { SimulatedCloud, SimulatedTry, SimulatedUnit } from "../../../src/adapters/simulated-cloud.ts";

/** What a target of a sandbox says, and its row's id. */
export interface Row {
  readonly id: string;
  readonly config: unknown;
}

/** A try of a job that was ever in a simulated account. */
export interface SeenTry extends SimulatedTry {
  /** Nothing of it is there any more. */
  readonly taken: boolean;
}

type Opened = SandboxConfig & { readonly cloud: SimulatedCloud<unknown> };

/** Simulated accounts in memory, seen from above: what exists in them, and which tries ever began. */
export class WatchedClouds implements SandboxState {
  readonly #kept: SandboxState;
  readonly #now: () => number;
  readonly #rows = new Map<string, { readonly text: string; readonly opened: Opened }>();
  readonly #latest = new Map<string, unknown>();
  readonly #began = new Map<string, Map<string, SimulatedTry>>();

  constructor(now: () => number, kept: SandboxState = memoryState()) {
    this.#now = now;
    this.#kept = kept;
  }

  /** Has to be told of every target before its account is looked at. */
  knows({ id, config }: Row): void {
    const text = JSON.stringify(config);
    if (this.#rows.get(id)?.text === text) return;
    const { simulates, region, rules } = parseSandboxConfig(config);
    const opened = { cloud: SIMULATED_CLOUDS[simulates], simulates, region, rules };
    this.#rows.set(id, { text, opened });
  }

  async load(target: string) {
    const kept = await this.#kept.load(target);
    if (kept.account !== undefined) this.#latest.set(target, kept.account);
    return kept;
  }

  async save(target: string, account: Account, ifVersion: number): Promise<boolean> {
    const saved = await this.#kept.save(target, account, ifVersion);
    if (!saved) return false;
    this.#latest.set(target, account);
    const began = this.#began.get(target) ?? new Map<string, SimulatedTry>();
    for (const one of this.#triesIn(target)) began.set(`${one.name} at ${one.createdAt}`, one);
    this.#began.set(target, began);
    return true;
  }

  /** Every unit that exists now. */
  units(target: string): readonly SimulatedUnit[] {
    const { account, cloud, rules } = this.#opened(target);
    return cloud.units(account.cloud, rules, this.#now());
  }

  /** Every unit of every account, with the id of its target. */
  all(): readonly (SimulatedUnit & { readonly at: string })[] {
    return [...this.#latest.keys()].flatMap((at) => this.units(at).map((unit) => ({ ...unit, at })));
  }

  /** Every try that ever began; one that began twice is in it twice. */
  tries(target: string): readonly SeenTry[] {
    const there = new Map(this.#triesIn(target).map((one) => [`${one.name} at ${one.createdAt}`, one]));
    return [...(this.#began.get(target) ?? [])].map(([key, one]) => ({
      ...(there.get(key) ?? { ...one, isOver: true }),
      taken: !there.has(key),
    }));
  }

  #triesIn(target: string): readonly SimulatedTry[] {
    const { account, cloud, rules } = this.#opened(target);
    return cloud.tries(account.cloud, rules, this.#now());
  }

  #opened(target: string) {
    const opened = this.#rows.get(target)?.opened;
    if (opened === undefined) throw new Error(`nobody told of the target ${target}`);
    const { cloud, simulates: provider, rules } = opened;
    const given = { provider, cloud, quota: rules.quota, now: this.#now() };
    return { account: accountOf(this.#latest.get(target), given), cloud, rules: rulesOf(opened) };
  }
}
