import { AdapterError, type Trouble } from "../../src/domain/fault.ts";
import type { Dice } from "./dice.ts";
import type { Timeline } from "./timeline.ts";

/** How often things go wrong in one schedule, as probabilities of each call. All 0 when the faults have stopped. */
export interface FaultRates {
  /** A call to the store or a provider takes a moment, so that others come in between. */
  readonly slow: number;
  /** A call takes long: longer than a deadline, or than a lease. */
  readonly stall: number;
  readonly crash: number;
  /** The store does not answer, the call having been done or not. */
  readonly store: number;
  /** A provider refuses. */
  readonly refuse: number;
  /** A provider does its work and the answer is lost. */
  readonly lostAnswer: number;
  /** A provider does its work after the caller has given up. */
  readonly late: number;
  readonly duplicate: number;
  readonly partial: number;
  /** A probe does not get through. */
  readonly probe: number;
}

export const NO_FAULTS: FaultRates = {
  slow: 0,
  stall: 0,
  crash: 0,
  store: 0,
  refuse: 0,
  lostAnswer: 0,
  late: 0,
  duplicate: 0,
  partial: 0,
  probe: 0,
};

/** Rates for one schedule: each kind of fault is absent, rare or frequent, so that every mixture comes up. */
export function drawRates(dice: Dice): FaultRates {
  const some = (rare: number, frequent: number) => dice.pick([0, rare, rare, frequent]);
  return {
    slow: dice.pick([0.05, 0.2, 0.5]),
    stall: some(0.0005, 0.005),
    crash: some(0.0005, 0.004),
    store: some(0.001, 0.01),
    refuse: some(0.03, 0.2),
    lostAnswer: some(0.05, 0.3),
    late: some(0.03, 0.2),
    duplicate: some(0.05, 0.3),
    partial: some(0.1, 0.5),
    probe: some(0.05, 0.4),
  };
}

/** What a dead process's calls end with; nothing of it happens any more. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** A failure of the store that the simulation has made up. */
export class StoreLost extends Error {
  override readonly name = "StoreLost";
}

/** One process's life: dead after its crash, and then none of its calls comes back well or has any effect. */
export class Life {
  dead = false;
  readonly #dice: Dice;
  readonly #time: Timeline;
  readonly #rates: () => FaultRates;

  constructor(dice: Dice, time: Timeline, rates: () => FaultRates) {
    this.#dice = dice;
    this.#time = time;
    this.#rates = rates;
  }

  /** Ends the process where it stands. */
  die(): void {
    this.dead = true;
  }

  /** One call to the store, and what may befall it. `stepwise`: by itself, so that it does not matter how long a store thinks. */
  async storeCall<T>(call: () => Promise<T>, stepwise: boolean): Promise<T> {
    const { crash, store } = this.#rates();
    if (stepwise) await this.#time.sleep(0);
    await this.#pass(crash / 2);
    if (this.#dice.chance(store / 2)) throw new StoreLost("the store does not answer");
    const answer = await call();
    await this.#pass(crash / 2);
    if (this.#dice.chance(store / 2)) throw new StoreLost("the store's answer was lost");
    return answer;
  }

  /** One call to a provider. `late` tells whether a second or belated delivery of it may happen at all. */
  async providerCall<T>(call: () => Promise<T>, late: boolean): Promise<T> {
    const rates = this.#rates();
    await this.#pass(rates.crash);
    if (this.#dice.chance(rates.refuse)) throw this.#refusal();
    if (late && this.#dice.chance(rates.late)) {
      this.#later(call, this.#dice.between(1, MOST_LATE_MS));
      throw new AdapterError("unavailable", "the connection was cut before the provider answered");
    }
    const answer = await call();
    if (this.#dice.chance(rates.duplicate)) {
      if (late) this.#later(call, this.#dice.between(0, MOST_LATE_MS));
      else await call();
    }
    if (this.#dice.chance(rates.lostAnswer))
      throw new AdapterError("unavailable", "the provider's answer was lost");
    const tookMs = await this.#pass(rates.crash);
    if (tookMs > CALL_DEADLINE_MS) throw new AdapterError("unavailable", "the provider answered too late");
    return answer;
  }

  /**
   * One call for a try of a job. It is not sent after its deadline, a start comes late only where its answer was given up, and what is
   * delivered twice comes at once.
   */
  async tryCall<T>(
    dueBy: number,
    verb: "start" | "observe" | "stop",
    call: () => Promise<T>,
    refusals = REFUSALS,
  ): Promise<T> {
    const rates = this.#rates();
    await this.#pass(rates.crash);
    if (this.#time.now > dueBy)
      throw new AdapterError("unavailable", "the call was ended before it was sent");
    if (this.#dice.chance(rates.refuse)) throw this.#refusal(refusals);
    if (verb !== "observe" && this.#dice.chance(rates.late)) {
      this.#later(call, this.#dice.between(1, MOST_LATE_MS));
      throw new AdapterError("unavailable", "the connection was cut before the provider answered");
    }
    const answer = await call();
    if (this.#dice.chance(rates.duplicate)) await call();
    if (this.#dice.chance(rates.lostAnswer))
      throw new AdapterError("unavailable", "the provider's answer was lost");
    const tookMs = await this.#pass(rates.crash);
    if (tookMs > CALL_DEADLINE_MS) throw new AdapterError("unavailable", "the provider answered too late");
    return answer;
  }

  /** Waits, or dies; throws when the process is dead. */
  async #pass(crash: number): Promise<number> {
    if (this.dead) throw new Crash();
    const { slow, stall } = this.#rates();
    const ms = this.#dice.chance(stall)
      ? this.#dice.between(2_000, MOST_STALL_MS)
      : this.#dice.chance(slow)
        ? this.#dice.between(1, 200)
        : 0;
    if (ms > 0) await this.#time.sleep(ms);
    if (this.#dice.chance(crash)) this.die();
    if (this.dead) throw new Crash();
    return ms;
  }

  // The request is on its way whatever becomes of the process that sent it; what it is answered nobody hears.
  #later(call: () => Promise<unknown>, ms: number): void {
    void this.#time.sleep(ms).then(call).then(ignore, ignore);
  }

  #refusal(kinds: readonly Trouble[] = REFUSALS): AdapterError {
    const kind = this.#dice.pick(kinds);
    const retryAfterMs = kind === "throttled" ? this.#dice.between(100, 5_000) : undefined;
    const message = `the provider says ${kind}`;
    return new AdapterError(kind, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

/** A provider's belated work is done at most this long after the call, ms. */
const MOST_LATE_MS = 15_000;
/** As `reconcile/perform.ts` has it. */
export const CALL_DEADLINE_MS = 10_000;
/** A call takes no longer than this, ms: longer than any deadline, and than a lease. */
export const MOST_STALL_MS = 40_000;
const REFUSALS: readonly Trouble[] = [
  "throttled",
  "throttled",
  "unavailable",
  "unavailable",
  "unavailable",
  "quota",
  "capacity",
  "capacity",
  "conflict",
  "bug",
  "denied",
];
/** What a call that no provider hears may end with. */
export const BELL_REFUSALS: readonly Trouble[] = ["throttled", "unavailable"];
const ignore = () => {};
