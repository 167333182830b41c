import { floatAt, intAt, itemAt } from "../at.ts";
import { limitOf } from "./alternatives.ts";
import { type Entry, isTaken, newcomers, type Part, valueOf } from "./entry.ts";
import { Ranking } from "./ranking.ts";
import type { Room } from "./room.ts";
import { settleApart } from "./settle-apart.ts";
import { costOf, type Tariff } from "./tariff.ts";

/**
 * The best way to place an entry in what room is left, after the tariff; undefined when there is none. Takes nothing. `full`: how many of
 * its first options are known to have no room for any part of it.
 */
export function settle(
  entry: Entry,
  room: Room,
  tariff: Tariff | undefined,
  full = 0,
): readonly Part[] | undefined {
  if (entry.apart > 1) return settledApart(entry, room, tariff);
  if (tariff !== undefined || entry.options.sites !== undefined)
    return settleTogether(entry, room, tariff, full);
  const option = firstWithRoom(entry, room, full);
  return option < 0 ? undefined : [{ option, replicas: entry.replicas }];
}

/** The best option with room for all replicas, of those that come best first; -1 where none has. */
function firstWithRoom(entry: Entry, room: Room, full: number): number {
  const { offers, kept } = entry.options;
  const { replicas } = entry;
  for (let option = full; option < offers.length; option++) {
    const anew = kept === undefined ? replicas : newcomers(entry, option, replicas);
    if (room.has(entry, intAt(offers, option), anew)) return option;
  }
  return -1;
}

/** Take the room of some parts, or with -1 give it back. */
export function occupy(entry: Entry, parts: readonly Part[], room: Room, sign: 1 | -1): void {
  // Asked of every workload several times; there is mostly one part, and no iterator is made for it.
  for (let at = 0; at < parts.length; at++) occupyPart(entry, itemAt(parts, at), room, sign);
}

function occupyPart(entry: Entry, { option, replicas }: Part, room: Room, sign: 1 | -1): void {
  room.take(entry, intAt(entry.options.offers, option), sign * newcomers(entry, option, replicas));
}

function settleTogether(
  entry: Entry,
  room: Room,
  tariff: Tariff | undefined,
  full: number,
): readonly Part[] | undefined {
  const { offers, values, sites, kept } = entry.options;
  const { replicas } = entry;
  const pay = tariff === undefined ? 0 : tariff.perMicroUsd(entry);
  let best: readonly Part[] | undefined;
  let bestGain = -Infinity;
  let single = -1;
  for (let option = full; option < offers.length; option++) {
    let gain = floatAt(values, option);
    // Options come best first, and no price is below nothing: none further on can do better.
    if (gain <= bestGain) break;
    const offer = intAt(offers, option);
    const anew = kept === undefined ? replicas : newcomers(entry, option, replicas);
    if (tariff !== undefined) {
      gain -= tariff.perReplica(offer, pay) * anew;
      if (gain <= bestGain) continue;
    }
    if (room.has(entry, offer, anew)) {
      single = option;
      bestGain = gain;
    } else if (sites !== undefined && maySplit(entry, option, room)) {
      const parts = splitAt(entry, sites, option, room);
      const mixed = parts === undefined ? -Infinity : gainOf(entry, parts, tariff);
      if (mixed <= bestGain) continue;
      single = -1;
      best = parts;
      bestGain = mixed;
    }
  }
  return single < 0 ? best : [{ option: single, replicas }];
}

/** Whether it is worth trying to split an entry from an option on: most hosts are full by the time somebody has to be split. */
function maySplit(entry: Entry, option: number, room: Room): boolean {
  const { offers, kept } = entry.options;
  return kept !== undefined || room.has(entry, intAt(offers, option), 1);
}

/** Fill the hosts of one site from this option on, best first; but whoever runs on one of them already stays. */
function splitAt(entry: Entry, sites: Int32Array, first: number, room: Room): readonly Part[] | undefined {
  const { offers, kept } = entry.options;
  const site = intAt(sites, first);
  const split = new Split(entry);
  if (kept !== undefined)
    for (let option = first; option < offers.length; option++)
      if (sites[option] === site) split.give(option, intAt(kept, option));
  for (let option = first; option < offers.length && split.left > 0; option++)
    if (sites[option] === site) split.give(option, limitOf(entry, option, room));
  return split.left === 0 && fitsTogether(entry, split.parts, room) ? split.parts : undefined;
}

/** Replicas given to hosts so far. */
class Split {
  readonly parts: { readonly option: number; replicas: number }[] = [];
  left: number;
  readonly #entry: Entry;

  constructor(entry: Entry) {
    this.#entry = entry;
    this.left = entry.replicas;
  }

  /** As many as are left of those that an option can have at most. */
  give(option: number, most: number): void {
    if (most <= 0) return;
    const known = this.parts.find((part) => part.option === option);
    const more = Math.min(this.left, most - (known?.replicas ?? 0));
    if (more <= 0 || isTaken(this.#entry, this.parts, option)) return;
    if (known === undefined) this.parts.push({ option, replicas: more });
    else known.replicas += more;
    this.left -= more;
  }
}

function settledApart(entry: Entry, room: Room, tariff: Tariff | undefined): readonly Part[] | undefined {
  const parts = settleApart(entry, room, new Ranking(entry, tariff));
  return parts !== undefined && fitsTogether(entry, parts, room) ? parts : undefined;
}

// Each part had room alone; together they may not, for they draw from one pool or are paid from one budget.
function fitsTogether(entry: Entry, parts: readonly Part[], room: Room): boolean {
  if (parts.length === 1) return true;
  let fits = true;
  for (const part of parts) {
    if (limitOf(entry, part.option, room) < part.replicas) fits = false;
    occupyPart(entry, part, room, 1);
  }
  for (const part of parts) occupyPart(entry, part, room, -1);
  return fits;
}

function gainOf(entry: Entry, parts: readonly Part[], tariff: Tariff | undefined): number {
  let gain = valueOf(entry, parts);
  if (tariff === undefined) return gain;
  for (const { option, replicas } of parts) gain -= costOf(tariff, entry, option, replicas);
  return gain;
}
