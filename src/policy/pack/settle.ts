import { floatAt, intAt } from "../at.ts";
import { limitOf } from "./alternatives.ts";
import { type Entry, isTaken, newcomers, type Part, valueOf } from "./entry.ts";
import { Ranking } from "./ranking.ts";
import type { Room } from "./room.ts";
import { settleApart } from "./settle-apart.ts";
import { costOf, type Tariff } from "./tariff.ts";

/** The best way to place an entry in what room is left, after the tariff; undefined when there is none. Takes nothing. */
export function settle(entry: Entry, room: Room, tariff: Tariff | undefined): readonly Part[] | undefined {
  return entry.apart > 1 ? settledApart(entry, room, tariff) : settleTogether(entry, room, tariff);
}

/** Take the room of some parts, or with -1 give it back. */
export function occupy(entry: Entry, parts: readonly Part[], room: Room, sign: 1 | -1): void {
  for (const { option, replicas } of parts)
    room.take(entry, intAt(entry.options.offers, option), sign * newcomers(entry, option, replicas));
}

function settleTogether(entry: Entry, room: Room, tariff: Tariff | undefined): readonly Part[] | undefined {
  const { offers, values, sites, kept } = entry.options;
  const { replicas } = entry;
  const pay = tariff === undefined ? 0 : tariff.perMicroUsd(entry);
  let best: readonly Part[] | undefined;
  let bestGain = -Infinity;
  let single = -1;
  for (let option = 0; option < offers.length; option++) {
    let gain = floatAt(values, option);
    // Options come best first, and no price is below nothing: none further on can do better.
    if (gain <= bestGain) break;
    const offer = intAt(offers, option);
    const anew = kept === undefined ? replicas : newcomers(entry, option, replicas);
    if (tariff !== undefined) gain -= tariff.perReplica(offer, pay) * anew;
    if (gain <= bestGain) continue;
    if (room.has(entry, offer, anew)) {
      single = option;
      bestGain = gain;
    } else if (sites !== undefined) {
      const parts = splitAt(entry, option, room);
      const mixed = parts === undefined ? -Infinity : gainOf(entry, parts, tariff);
      if (mixed <= bestGain) continue;
      single = -1;
      best = parts;
      bestGain = mixed;
    }
  }
  return single < 0 ? best : [{ option: single, replicas }];
}

/** Fill the hosts of one site from this option on, best first; but whoever runs on one of them already stays. */
function splitAt(entry: Entry, first: number, room: Room): readonly Part[] | undefined {
  const { offers, sites, kept } = entry.options;
  // Most hosts are full by the time somebody has to be split.
  if (kept === undefined && !room.has(entry, intAt(offers, first), 1)) return undefined;
  const parts: { readonly option: number; replicas: number }[] = [];
  let left = entry.replicas;
  const give = (option: number, most: number): void => {
    const known = parts.find((part) => part.option === option);
    const more = Math.min(left, most - (known?.replicas ?? 0));
    if (more <= 0 || isTaken(entry, parts, option)) return;
    if (known === undefined) parts.push({ option, replicas: more });
    else known.replicas += more;
    left -= more;
  };
  if (kept !== undefined)
    for (let option = first; option < offers.length; option++)
      if (sites?.[option] === sites?.[first]) give(option, intAt(kept, option));
  for (let option = first; option < offers.length; option++)
    if (left > 0 && sites?.[option] === sites?.[first]) give(option, limitOf(entry, option, room));
  return left === 0 && fitsTogether(entry, parts, room) ? parts : undefined;
}

function settledApart(entry: Entry, room: Room, tariff: Tariff | undefined): readonly Part[] | undefined {
  const parts = settleApart(entry, room, new Ranking(entry, tariff));
  return parts !== undefined && fitsTogether(entry, parts, room) ? parts : undefined;
}

// Each part had room alone; together they may not, for they draw from one pool or are paid from one budget.
function fitsTogether(entry: Entry, parts: readonly Part[], room: Room): boolean {
  if (parts.length === 1) return true;
  let fits = true;
  const taken: Part[] = [];
  for (const part of parts) {
    if (limitOf(entry, part.option, room) < part.replicas) fits = false;
    occupy(entry, [part], room, 1);
    taken.push(part);
  }
  for (const part of taken) occupy(entry, [part], room, -1);
  return fits;
}

function gainOf(entry: Entry, parts: readonly Part[], tariff: Tariff | undefined): number {
  let gain = valueOf(entry, parts);
  if (tariff === undefined) return gain;
  for (const { option, replicas } of parts) gain -= costOf(tariff, entry, option, replicas);
  return gain;
}
