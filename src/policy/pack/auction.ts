import { floatAt, intAt, itemAt } from "../at.ts";
import type { Entry } from "./entry.ts";
import type { Group } from "./groups.ts";
import type { Prices } from "./prices.ts";

export interface Auction {
  readonly groups: readonly Group[];
  readonly prices: Prices;
  /** How many bounds have a price. */
  readonly scarce: number;
  /** What it is worth to place a workload at all, beside its value. */
  readonly worth: number;
  /** What the workloads lose in sum because not all can have the best: about what all prices together come to. */
  readonly loss: number;
}

/** Times every workload asks at least; few ask more often, as long as it is not more than so many times in all. */
const MIN_ROUNDS = 4;
const MAX_ROUNDS = 40;
const ASKS = 32_000;
/** Times that a group asks in a round, each for a share of its members. */
const MAX_BATCHES = 10;
/** Asking for all of a bound raises its price by this share of what the prices come to on average. */
const RAISE = 0.5;
/** Visits workloads far from each other in order one after the other: neighbours often want the same. */
const GOLDEN = 0.618_033_988_749_895;
/**
 * Bring prices near those of the Lagrangian relaxation: the workloads ask one after the other for what is best at the prices of the moment;
 * what is taken gets dearer, and what nobody asks for cheaper, by smaller steps each round. A stochastic subgradient method; a few rounds
 * of it do what hundreds of steps over all workloads do.
 */
export function auction({ groups, prices, scarce, worth, loss }: Auction): void {
  const asking = groups.flatMap(batches);
  const count = asking.length;
  const members = groups.reduce((sum, group) => sum + group.count, 0);
  const stride = coprimeTo(count, Math.max(1, Math.round(count * GOLDEN)));
  const first = (RAISE * loss) / Math.max(1, scarce);
  const rounds = Math.max(MIN_ROUNDS, Math.min(MAX_ROUNDS, Math.floor(ASKS / count)));
  for (let round = 0; round < rounds; round++) {
    prices.step(first / (1 + round), members);
    for (let turn = 0, at = 0; turn < count; turn++, at = (at + stride) % count)
      ask(itemAt(asking, at), prices, worth);
  }
}

function ask({ entry, count }: Group, prices: Prices, worth: number): void {
  prices.pass(count);
  const offer = wantedBy(entry, prices, worth);
  if (offer >= 0) prices.take(entry, offer, entry.replicas * count);
}

/** The offer that is worth most to an entry at the prices of the moment; -1 when none is worth its price. */
function wantedBy(entry: Entry, prices: Prices, worth: number): number {
  const { offers, values } = entry.options;
  const pay = prices.perMicroUsd(entry);
  let best = -worth;
  let wanted = -1;
  for (let option = 0; option < offers.length; option++) {
    const value = floatAt(values, option);
    // Options come best first, and no price is below nothing.
    if (value <= best) break;
    const gain = value - prices.perReplica(intAt(offers, option), pay) * entry.replicas;
    if (gain <= best) continue;
    best = gain;
    wanted = intAt(offers, option);
  }
  return wanted;
}

/** Those that are alike ask a few at a time: all at once would want the same, one by one would take long. */
function batches({ entry, count }: Group): readonly Group[] {
  const batch = Math.ceil(count / MAX_BATCHES);
  return Array.from({ length: Math.ceil(count / batch) }, (_, at) => ({
    entry,
    count: Math.min(batch, count - at * batch),
  }));
}

function coprimeTo(count: number, near: number): number {
  let stride = near;
  while (divisor(stride, count) !== 1) stride += 1;
  return stride;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
