import { floatAt, itemAt } from "../at.ts";
import { type Entry, type Part, valueOf } from "./entry.ts";
import { makeRoom } from "./make-room.ts";
import type { PackedState } from "./packed-state.ts";
import { occupy, settle } from "./settle.ts";

/** Times everybody is looked at again. */
const MAX_PASSES = 6;
/** Of many only those are looked at who lose most. */
const MAX_LOOKED = 1_000;
/** Trials in all: what bounds the work whatever the instance. */
const MAX_TRIALS = 4_000;
/** Better options tried for one workload, and others that it tries to push from one of them. */
const MAX_OPTIONS = 8;
const MAX_RIVALS = 24;
/** A workload without a place tries more. */
const UNPLACED_FACTOR = 8;
const EQUAL = 1e-9;

/**
 * Make a packing better as long as something helps: a workload moves to a better option that has room, or one that holds that room goes
 * elsewhere when both together gain. Nobody loses their place but to one of higher priority that had none. Stops at `enough`.
 */
export function improve(state: PackedState, enough: () => boolean): void {
  const budget = { trials: MAX_TRIALS };
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    let changed = false;
    for (const at of byLoss(state)) {
      if (enough() || budget.trials <= 0) return;
      if (better(state, at, budget)) changed = true;
    }
    if (!changed) return;
  }
}

/** Those that could be better off, as many as are looked at: without a place first, in order, then by how much they could gain. */
function byLoss(state: PackedState): readonly number[] {
  const losses = new Float64Array(state.entries.length);
  for (let at = 0; at < losses.length; at++) {
    const { options } = itemAt(state.entries, at);
    const value = state.valueAt(at);
    losses[at] = value === undefined ? Infinity : floatAt(options.values, 0) - value;
  }
  // Numbers alone are sorted many times as fast as by a function.
  const least = losses.toSorted().at(-MAX_LOOKED) ?? 0;
  const found: number[] = [];
  for (let at = 0; at < losses.length; at++) {
    const loss = floatAt(losses, at);
    if (loss > EQUAL && loss >= least) found.push(at);
  }
  return found.sort((a, b) => {
    const [x, y] = [floatAt(losses, a), floatAt(losses, b)];
    return x === y ? a - b : y - x;
  });
}

function better(state: PackedState, at: number, budget: { trials: number }): boolean {
  const entry = itemAt(state.entries, at);
  const before = state.remove(at);
  const current = before === undefined ? -Infinity : valueOf(entry, before);
  const alone = settle(entry, state.room, undefined);
  if (alone !== undefined && valueOf(entry, alone) > current + EQUAL) {
    state.put(at, alone);
    return true;
  }
  if (before === undefined && makeRoom(state, at, entry)) return true;
  if (entry.apart === 1 && push(state, at, entry, before, budget)) return true;
  if (before !== undefined) state.put(at, before);
  return false;
}

interface Exchange {
  readonly rival: number;
  readonly option: number;
  readonly parts: readonly Part[] | undefined;
  readonly gain: number;
}

/** Find the one whose going elsewhere makes most of a better option for this entry, which stands aside meanwhile. */
function push(
  state: PackedState,
  at: number,
  entry: Entry,
  before: readonly Part[] | undefined,
  budget: { trials: number },
): boolean {
  const factor = before === undefined ? UNPLACED_FACTOR : 1;
  const current = before === undefined ? undefined : valueOf(entry, before);
  const { offers, values } = entry.options;
  let best: Exchange | undefined;
  for (let option = 0; option < Math.min(offers.length, MAX_OPTIONS * factor); option++) {
    const value = floatAt(values, option);
    if (current !== undefined && value <= current + EQUAL) break;
    const bound = state.blockedBy(entry, option);
    if (bound === undefined) continue;
    for (const rival of state.someUsers(bound, MAX_RIVALS * factor)) {
      if (--budget.trials <= 0) break;
      const exchange = tryExchange(state, entry, option, rival, current);
      if (exchange !== undefined && exchange.gain > (best?.gain ?? EQUAL)) best = exchange;
    }
  }
  if (best === undefined) return false;
  state.remove(best.rival);
  state.put(at, [{ option: best.option, replicas: entry.replicas }]);
  if (best.parts !== undefined) state.put(best.rival, best.parts);
  return true;
}

function tryExchange(
  state: PackedState,
  entry: Entry,
  option: number,
  rival: number,
  current: number | undefined,
): Exchange | undefined {
  const other = itemAt(state.entries, rival);
  const theirs = state.partsAt(rival);
  const ours = [{ option, replicas: entry.replicas }];
  let found: Exchange | undefined;
  occupy(other, theirs, state.room, -1);
  if (state.blockedBy(entry, option) === undefined) {
    occupy(entry, ours, state.room, 1);
    const parts = settle(other, state.room, undefined);
    occupy(entry, ours, state.room, -1);
    const gain = gainOf(entry, option, other, theirs, parts, current);
    if (gain !== undefined) found = { rival, option, parts, gain };
  }
  occupy(other, theirs, state.room, 1);
  return found;
}

/** Placing somebody is worth more than any total. */
const PLACED = 1_000_000;

function gainOf(
  entry: Entry,
  option: number,
  other: Entry,
  theirs: readonly Part[],
  parts: readonly Part[] | undefined,
  current: number | undefined,
): number | undefined {
  const value = floatAt(entry.options.values, option);
  if (parts === undefined) {
    const mayEvict = current === undefined && other.item.priority < entry.item.priority;
    return mayEvict ? value - valueOf(other, theirs) + PLACED / 2 : undefined;
  }
  const change = valueOf(other, parts) - valueOf(other, theirs);
  return current === undefined ? PLACED + value + change : value - current + change;
}
