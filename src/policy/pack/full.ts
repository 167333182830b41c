import { intAt } from "../at.ts";
import type { Entry, Options } from "./entry.ts";
import type { Room } from "./room.ts";

/**
 * Which options are full for good, while entries are placed one after the other and nobody leaves. Only the first ones of each list are
 * kept in mind, since lists are read from there; the entries that share a list have as many replicas.
 */
export class Full {
  readonly #room: Room;
  readonly #first = new Map<Options, number>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** How many of an entry's first options need not be looked at any more: they have no room for any part of it. */
  firstOf({ options, replicas, apart }: Entry): number {
    const { offers, sites, kept } = options;
    // Whoever runs already needs less room in some places, and spread replicas take what there is of each.
    if (apart > 1 || kept !== undefined) return 0;
    const least = sites === undefined ? replicas : Math.min(1, replicas);
    const before = this.#first.get(options) ?? 0;
    let first = before;
    while (first < offers.length && !this.#room.isOpen(intAt(offers, first), least)) first += 1;
    if (first > before) this.#first.set(options, first);
    return first;
  }
}
