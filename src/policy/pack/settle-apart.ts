import { intAt } from "../at.ts";
import { limitOf } from "./alternatives.ts";
import { type Entry, evenShare, isTaken, type Part } from "./entry.ts";
import type { Ranking } from "./ranking.ts";
import type { Room } from "./room.ts";

/**
 * A spread entry over its options by rank: one replica on each of the first domains, then as even as their room allows, then
 * wherever there is room. Undefined where there are too few domains, or too little room. Takes nothing; parts may exceed what they share.
 */
export function settleApart(entry: Entry, room: Room, ranking: Ranking): readonly Part[] | undefined {
  const { apart, options } = entry;
  const given = new Given(entry, room);
  if (options.kept !== undefined)
    for (const option of atHome(entry, options.kept, ranking))
      given.give(option, intAt(options.kept, option));
  for (let rank = 0; rank < ranking.length && given.domains < apart; rank++) {
    const option = ranking.at(rank);
    if (given.inDomainOf(option) === 0) given.give(option, 1);
  }
  if (given.domains < apart) return undefined;
  // Mostly there are no more replicas than domains.
  if (given.left === 0) return given.parts;
  const share = evenShare(entry);
  const rounds: readonly ((there: number) => number)[] = [
    (there) => (there > 0 ? share - there : 0),
    (there) => share - there,
    () => given.left,
  ];
  for (const most of rounds)
    for (let rank = 0; rank < ranking.length && given.left > 0; rank++) {
      const option = ranking.at(rank);
      given.give(option, most(given.inDomainOf(option)));
    }
  return given.left === 0 ? given.parts : undefined;
}

/** Replicas given to options so far: mostly two or three, which are found sooner than they are indexed. */
class Given {
  left: number;
  domains = 0;
  readonly parts: { readonly option: number; replicas: number }[] = [];
  readonly #entry: Entry;
  readonly #room: Room;

  constructor(entry: Entry, room: Room) {
    this.#entry = entry;
    this.#room = room;
    this.left = entry.replicas;
  }

  /** Replicas in the domain of an option. */
  inDomainOf(option: number): number {
    const { domains } = this.#entry.options;
    const domain = intAt(domains, option);
    let sum = 0;
    for (const part of this.parts) if (domains[part.option] === domain) sum += part.replicas;
    return sum;
  }

  /** As many more as are left and have room, up to `most`. */
  give(option: number, most: number): void {
    if (most <= 0 || isTaken(this.#entry, this.parts, option)) return;
    const known = this.parts.find((part) => part.option === option);
    const limit = limitOf(this.#entry, option, this.#room) - (known?.replicas ?? 0);
    const more = Math.min(this.left, most, limit);
    if (more <= 0) return;
    if (this.inDomainOf(option) === 0) this.domains += 1;
    if (known === undefined) this.parts.push({ option, replicas: more });
    else known.replicas += more;
    this.left -= more;
  }
}

/** Options where replicas run now and nothing of their domain is better. */
function atHome({ options: { domains } }: Entry, kept: Int32Array, ranking: Ranking): readonly number[] {
  const left = new Set<number>();
  const home: number[] = [];
  for (let rank = 0; rank < ranking.length; rank++) {
    const option = ranking.at(rank);
    const domain = intAt(domains, option);
    if (intAt(kept, option) === 0) left.add(domain);
    else if (!left.has(domain)) home.push(option);
  }
  return home;
}
