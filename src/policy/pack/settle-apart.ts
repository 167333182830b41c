import { intAt } from "../at.ts";
import { limitOf } from "./alternatives.ts";
import { type Entry, evenShare, isTaken, type Part } from "./entry.ts";
import type { Room } from "./room.ts";

/**
 * A spread entry over its options in some order: one replica on each of the first domains, then as even as their room allows, then
 * wherever there is room. Undefined where there are too few domains, or too little room. Takes nothing; parts may exceed what they share.
 */
export function settleApart(
  entry: Entry,
  room: Room,
  ordered: readonly number[],
): readonly Part[] | undefined {
  const { apart, options } = entry;
  const given = new Given(entry, room);
  if (options.kept !== undefined)
    for (const option of atHome(entry, options.kept, ordered))
      given.give(option, intAt(options.kept, option));
  for (const option of ordered) {
    if (given.domains >= apart) break;
    if (given.inDomainOf(option) === 0) given.give(option, 1);
  }
  if (given.domains < apart) return undefined;
  const share = evenShare(entry);
  const rounds: readonly ((there: number) => number)[] = [
    (there) => (there > 0 ? share - there : 0),
    (there) => share - there,
    () => given.left,
  ];
  for (const most of rounds)
    for (const option of ordered) {
      if (given.left === 0) break;
      given.give(option, most(given.inDomainOf(option)));
    }
  return given.left === 0 ? given.parts() : undefined;
}

/** Replicas given to options so far. */
class Given {
  left: number;
  readonly #entry: Entry;
  readonly #room: Room;
  readonly #counts = new Map<number, number>();
  readonly #domains = new Map<number, number>();

  constructor(entry: Entry, room: Room) {
    this.#entry = entry;
    this.#room = room;
    this.left = entry.replicas;
  }

  /** How many domains have some. */
  get domains(): number {
    return this.#domains.size;
  }

  /** Replicas in the domain of an option. */
  inDomainOf(option: number): number {
    return this.#domains.get(intAt(this.#entry.options.domains, option)) ?? 0;
  }

  /** As many more as are left and have room, up to `most`. */
  give(option: number, most: number): void {
    if (most <= 0 || isTaken(this.#entry, this.#counts.keys(), option)) return;
    const here = this.#counts.get(option) ?? 0;
    const more = Math.min(this.left, most, limitOf(this.#entry, option, this.#room) - here);
    if (more <= 0) return;
    this.#domains.set(intAt(this.#entry.options.domains, option), this.inDomainOf(option) + more);
    this.#counts.set(option, here + more);
    this.left -= more;
  }

  parts(): readonly Part[] {
    return [...this.#counts].map(([option, replicas]) => ({ option, replicas }));
  }
}

/** Options where replicas run now and nothing of their domain is better. */
function atHome(
  { options: { domains } }: Entry,
  kept: Int32Array,
  order: readonly number[],
): readonly number[] {
  const left = new Set<number>();
  return order.filter((option) => {
    const domain = intAt(domains, option);
    if (intAt(kept, option) > 0) return !left.has(domain);
    left.add(domain);
    return false;
  });
}
