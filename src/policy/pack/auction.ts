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

/** Times every workload asks at least, and at most. */
const MIN_ROUNDS = 2;
const MAX_ROUNDS = 40;
/** As many asks in a round are worth one round; of half as many, four cost only twice as much and come much nearer. */
const ASKS = 9_500;
/** Times that a group asks in a round, each for a share of its members. */
const MAX_BATCHES = 10;
/** Asking for all of a bound raises its price by this share of what the prices come to on average. */
const RAISE = 0.5;
/** By this share prices are too low for placing one after the other if there was a single round; after several by its share of their square. */
const ROUGH = 1.4;
/** Visits workloads far from each other in order one after the other: neighbours often want the same. */
const GOLDEN = 0.618_033_988_749_895;

/**
 * Bring prices near those of the Lagrangian relaxation: the workloads ask one after the other for what is best at the prices of the moment;
 * what is taken gets dearer, and what nobody asks for cheaper, by smaller steps each round. A stochastic subgradient method; a few rounds
 * of it do what hundreds of steps over all workloads do. Returns the prices of whole capacities that it found; `prices` are then ready for
 * placing, which means a little dearer where they are rough: what is left over goes to whoever comes last, what is missing to nobody.
 */
export function auction({ groups, prices, scarce, worth, loss }: Auction): Float64Array {
  const { entries, counts } = batchesOf(groups);
  const asks = entries.length;
  const members = groups.reduce((sum, group) => sum + group.count, 0);
  const stride = coprimeTo(asks, Math.max(1, Math.round(asks * GOLDEN)));
  const rounds = Math.max(MIN_ROUNDS, Math.min(MAX_ROUNDS, Math.floor((ASKS / asks) ** 2)));
  const first = (RAISE * loss) / Math.max(1, scarce);
  // Few rounds begin with smaller steps: there is no time to take back what was too much.
  const stepAt = (round: number): number => first / (1 + round + MIN_ROUNDS / rounds);
  for (let round = 0; round < rounds; round++) {
    prices.step(stepAt(round), members);
    for (let turn = 0, at = 0; turn < asks; turn++, at = (at + stride) % asks)
      ask(itemAt(entries, at), intAt(counts, at), prices, worth);
  }
  const found = prices.whole();
  prices.step(stepAt(rounds - 1), members);
  prices.raiseAll(1 + ROUGH / rounds ** 2);
  return found;
}

function ask(entry: Entry, count: number, prices: Prices, worth: number): void {
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
function batchesOf(groups: readonly Group[]): {
  readonly entries: readonly Entry[];
  readonly counts: Int32Array;
} {
  const entries: Entry[] = [];
  const counts: number[] = [];
  for (const { entry, count } of groups) {
    const batch = Math.ceil(count / MAX_BATCHES);
    for (let left = count; left > 0; left -= batch) {
      entries.push(entry);
      counts.push(Math.min(batch, left));
    }
  }
  return { entries, counts: Int32Array.from(counts) };
}

function coprimeTo(count: number, near: number): number {
  let stride = near;
  while (divisor(stride, count) !== 1) stride += 1;
  return stride;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
