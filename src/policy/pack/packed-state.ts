import { floatAt, intAt, itemAt } from "../at.ts";
import { type Entry, type Part, valueOf } from "./entry.ts";
import type { Room } from "./room.ts";
import { occupy } from "./settle.ts";
import type { Table } from "./table.ts";

/** A packing while it is being improved: who is where, what is left, and who draws from which bound. */
export class PackedState {
  readonly entries: readonly Entry[];
  readonly room: Room;
  readonly table: Table;
  readonly parts: (readonly Part[] | undefined)[];
  #users: readonly number[][] | undefined;
  readonly #turns: Int32Array;
  total = 0;
  placed = 0;

  constructor(entries: readonly Entry[], room: Room, table: Table) {
    this.entries = entries;
    this.room = room;
    this.table = table;
    this.parts = entries.map(() => undefined);
    this.#turns = new Int32Array(table.boundOf.length);
  }

  /** Those who draw from a bound, in the order in which they came there. Counted from the first time somebody asks. */
  users(bound: number): readonly number[] {
    if (this.#users === undefined) {
      this.#users = this.table.boundOf.map(() => []);
      for (let at = 0; at < this.parts.length; at++) {
        const parts = this.parts[at];
        if (parts !== undefined) this.#join(at, parts, this.#users);
      }
    }
    return itemAt(this.#users, bound);
  }

  /** Some of those who draw from a bound, and the next time others, until all have had their turn. */
  someUsers(bound: number, most: number): readonly number[] {
    const users = this.users(bound);
    const from = intAt(this.#turns, bound) % Math.max(1, users.length);
    this.#turns[bound] = from + most;
    const some = users.slice(from, from + most);
    return some.length < most ? [...some, ...users.slice(0, Math.min(from, most - some.length))] : some;
  }

  /** What an entry is worth where it is; undefined while it is left out. */
  valueAt(at: number): number | undefined {
    const parts = this.parts[at];
    return parts === undefined ? undefined : valueOf(itemAt(this.entries, at), parts);
  }

  /** Where one is that is not left out. */
  partsAt(at: number): readonly Part[] {
    return this.parts[at] ?? [];
  }

  put(at: number, parts: readonly Part[]): void {
    const entry = itemAt(this.entries, at);
    occupy(entry, parts, this.room, 1);
    this.parts[at] = parts;
    this.total += valueOf(entry, parts);
    this.placed += 1;
    if (this.#users !== undefined) this.#join(at, parts, this.#users);
  }

  remove(at: number): readonly Part[] | undefined {
    const entry = itemAt(this.entries, at);
    const parts = this.parts[at];
    if (parts === undefined) return undefined;
    occupy(entry, parts, this.room, -1);
    this.parts[at] = undefined;
    this.total -= valueOf(entry, parts);
    this.placed -= 1;
    this.#leave(at, parts);
    return parts;
  }

  /** The first bound that has too little left for some replicas of an entry at an option, all of them where not said; undefined when none has. */
  blockedBy(entry: Entry, option: number, replicas = entry.replicas): number | undefined {
    const offer = intAt(entry.options.offers, option);
    const { starts, bounds, amounts, microUsd } = this.table;
    const { free } = this.room;
    for (let at = intAt(starts, offer); at < intAt(starts, offer + 1); at++)
      if (floatAt(free, intAt(bounds, at)) < floatAt(amounts, at) * replicas) return bounds[at];
    const cost = floatAt(microUsd, offer) * replicas;
    return entry.budgets.find((budget) => floatAt(free, budget) < cost);
  }

  /** What some replicas of an entry would take of one bound at an option. */
  needOf(entry: Entry, option: number, bound: number, replicas: number): number {
    const offer = intAt(entry.options.offers, option);
    const { starts, bounds, amounts, microUsd } = this.table;
    let need = entry.budgets.includes(bound) ? floatAt(microUsd, offer) * replicas : 0;
    for (let at = intAt(starts, offer); at < intAt(starts, offer + 1); at++)
      if (bounds[at] === bound) need += floatAt(amounts, at) * replicas;
    return need;
  }

  #join(at: number, parts: readonly Part[], users: readonly number[][]): void {
    this.#eachBound(at, parts, (bound) => {
      const here = itemAt(users, bound);
      // Whoever draws from it several times has just come.
      if (here.at(-1) !== at) here.push(at);
    });
  }

  #leave(at: number, parts: readonly Part[]): void {
    const users = this.#users;
    if (users === undefined) return;
    this.#eachBound(at, parts, (bound) => {
      const here = itemAt(users, bound);
      const place = here.indexOf(at);
      if (place >= 0) here.splice(place, 1);
    });
  }

  /** Bounds that an entry draws from, some of them several times. */
  #eachBound(at: number, parts: readonly Part[], visit: (bound: number) => void): void {
    const { budgets, options } = itemAt(this.entries, at);
    const { starts, bounds } = this.table;
    for (const budget of budgets) visit(budget);
    for (const { option } of parts) {
      const offer = intAt(options.offers, option);
      const end = intAt(starts, offer + 1);
      for (let row = intAt(starts, offer); row < end; row++) visit(intAt(bounds, row));
    }
  }
}
