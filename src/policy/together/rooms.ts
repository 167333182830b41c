import type { Draw, Offer } from "../../domain/offer.ts";
import { replicasIn } from "../../domain/replicas-in.ts";
import { itemAt, mappedAt } from "../at.ts";
import { microUsd } from "../pack/micro-usd.ts";
import type { Asking, BudgetLeft, Part } from "./asking.ts";
import { creditOf } from "./credit.ts";

/** What some workloads that are decided together leave each other of the rooms and budgets that they share. */
export class Rooms {
  /** The least that anybody was told is free, by the room's name. */
  readonly #free: ReadonlyMap<string, Draw>;
  /** In millionths of a USD, by the budget's name. */
  readonly #left: ReadonlyMap<string, number>;
  readonly #taken = new Map<string, Taken>();

  constructor(askings: readonly Asking[], budgets: readonly BudgetLeft[]) {
    this.#free = freeRooms(askings);
    this.#left = new Map(budgets.map(({ name, usdPerMonth }) => [name, microUsd(usdPerMonth, "down")]));
  }

  /** The rooms as they are before anybody takes of them. */
  get free(): readonly Draw[] {
    return [...this.#free.values()];
  }

  /** Note where a workload's replicas go, in place of what was noted of it before. */
  put(asking: Asking, parts: readonly Part[]): void {
    const { replicas, milliCpu, memoryMiB } = takenBy(asking, parts);
    this.#taken.set(asking.workload, {
      replicas,
      milliCpu,
      memoryMiB,
      budgets: asking.budgets,
      microUsd: raiseOf(asking, parts),
    });
  }

  /** The replicas of a workload that an offer has room for beside all others; undefined where it shares no room with any of them. */
  beside(asking: Asking, offer: Offer): Beside | undefined {
    const draws = asking.draws.get(offer.id) ?? [];
    const rivals = this.#rivals(asking, ({ replicas }) => draws.some(({ pool }) => replicas.has(pool)));
    if (rivals.length === 0) return undefined;
    const left = draws.map(({ pool }) => this.#remains(pool, rivals));
    return {
      replicas: creditOf(asking, offer) + replicasIn(offer.shape, left),
      rivals: rivals.map(([name]) => name),
    };
  }

  /** The budget that has not the money left for a workload on an offer beside all others; undefined where each has. */
  shortOf(asking: Asking, offer: Offer): Short | undefined {
    return this.#short(asking, microUsd(asking.raises.get(offer.id) ?? "0", "up"));
  }

  /** Whether the budgets have the money left for some parts of a workload beside all others. */
  pays(asking: Asking, parts: readonly Part[]): boolean {
    return this.#short(asking, raiseOf(asking, parts)) === undefined;
  }

  #short(asking: Asking, raise: number): Short | undefined {
    if (raise === 0) return undefined;
    for (const budget of asking.budgets) {
      const rivals = this.#rivals(
        asking,
        ({ budgets, microUsd: usd }) => usd > 0 && budgets.includes(budget),
      );
      const taken = rivals.reduce((sum, [, { microUsd: usd }]) => sum + usd, 0);
      const left = Math.max(0, mappedAt(this.#left, budget) - taken);
      if (raise > left) return { budget, leftMicroUsd: left, rivals: rivals.map(([name]) => name) };
    }
    return undefined;
  }

  #rivals({ workload }: Asking, takes: (taken: Taken) => boolean): readonly (readonly [string, Taken])[] {
    return [...this.#taken].filter(([name, taken]) => name !== workload && takes(taken));
  }

  #remains(pool: string, rivals: readonly (readonly [string, Taken])[]): Draw {
    const free = mappedAt(this.#free, pool);
    const less = (amount: Amount): number | undefined => {
      const whole = free[amount];
      if (whole === undefined) return undefined;
      return rivals.reduce((left, [, taken]) => left - (taken[amount].get(pool) ?? 0), whole);
    };
    return { pool, replicas: less("replicas"), milliCpu: less("milliCpu"), memoryMiB: less("memoryMiB") };
  }
}

/** What an offer leaves a workload, and who takes the rest. */
export interface Beside {
  readonly replicas: number;
  readonly rivals: readonly string[];
}

/** A budget that does not do, what it has left for this workload, and who takes the rest. */
export interface Short {
  readonly budget: string;
  readonly leftMicroUsd: number;
  readonly rivals: readonly string[];
}

type Amount = "replicas" | "milliCpu" | "memoryMiB";

interface Taken {
  readonly replicas: ReadonlyMap<string, number>;
  readonly milliCpu: ReadonlyMap<string, number>;
  readonly memoryMiB: ReadonlyMap<string, number>;
  readonly budgets: readonly string[];
  readonly microUsd: number;
}

function freeRooms(askings: readonly Asking[]): ReadonlyMap<string, Draw> {
  const rooms = new Map<string, Draw>();
  for (const draw of askings.flatMap(({ draws }) => [...draws.values()].flat())) {
    const known = rooms.get(draw.pool);
    rooms.set(draw.pool, known === undefined ? draw : lesser(known, draw));
  }
  return rooms;
}

// Each was told by itself, a moment apart: what has gone meanwhile is gone for all.
function lesser(a: Draw, b: Draw): Draw {
  const least = (amount: Amount): number | undefined => {
    const told = [a[amount], b[amount]].filter((free) => free !== undefined);
    return told.length === 0 ? undefined : Math.min(...told);
  };
  return {
    pool: a.pool,
    replicas: least("replicas"),
    milliCpu: least("milliCpu"),
    memoryMiB: least("memoryMiB"),
  };
}

/** What the replicas of some parts that need new room take of each room. */
function takenBy(asking: Asking, parts: readonly Part[]): Record<Amount, Map<string, number>> {
  const taken = { replicas: new Map(), milliCpu: new Map(), memoryMiB: new Map() };
  const add = (amount: Map<string, number>, pool: string, more: number): void => {
    amount.set(pool, (amount.get(pool) ?? 0) + more);
  };
  for (const { offer: id, replicas } of parts) {
    const offer = offerOf(asking, id);
    const { milliCpu, memoryMiB } = offer.shape;
    const news = Math.max(0, replicas - creditOf(asking, offer));
    if (news === 0) continue;
    for (const { pool } of asking.draws.get(id) ?? []) {
      add(taken.replicas, pool, news);
      add(taken.milliCpu, pool, news * milliCpu);
      add(taken.memoryMiB, pool, news * memoryMiB);
    }
  }
  return taken;
}

/** What some parts add to the budgets, each by its share of the replicas. One at zero is at one place. */
function raiseOf(asking: Asking, parts: readonly Part[]): number {
  const all = parts.reduce((sum, { replicas }) => sum + replicas, 0);
  const raise = (id: string): number => microUsd(asking.raises.get(id) ?? "0", "up");
  if (all === 0) return Math.max(0, ...parts.map(({ offer }) => raise(offer)));
  return Math.ceil(parts.reduce((sum, { offer, replicas }) => sum + (raise(offer) * replicas) / all, 0));
}

function offerOf({ inputs: { offers } }: Asking, id: string): Offer {
  return itemAt(
    offers,
    offers.findIndex((offer) => offer.id === id),
  );
}
