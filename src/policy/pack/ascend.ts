import { floatAt } from "../at.ts";
/** Prices of the bounds' whole capacities, and the upper bound on the total that they prove. */
export interface Relaxed {
  readonly bound: number;
  readonly prices: Float64Array;
}

/** How the workloads would place themselves at some prices of one unit of each bound: adds up what they use, returns their worth less the prices paid. */
export type Respond = (unitPrices: Float64Array, use: Float64Array) => number;

export interface Ascent {
  readonly capacity: Float64Array;
  readonly respond: Respond;
  /** The total of some packing, which no bound can be below. */
  readonly known: number;
  readonly iterations: number;
  /** Stop once the bound is so near the known total, as a share of it. */
  readonly near: number;
  /** Prices of whole capacities to begin with; nothing costs anything where absent. */
  readonly start?: Float64Array | undefined;
}

/** Steps that did not help before the next ones are made shorter. */
const PATIENCE = 4;
const SHORTER = 0.6;
const FIRST_STEP = 1;
/** Prices move by less than this share of a step's aim no more. */
const SMALLEST_STEP = 1e-4;

/**
 * Lagrangian relaxation by subgradient steps (Held, Wolfe and Crowder, "Validation of subgradient optimization", 1974): every bound gets
 * a price, each workload then chooses alone, and what they would gain, with the worth of all capacity, is more than any packing can reach.
 * The prices that prove the least are kept. As many steps as are asked for at most.
 */
export function ascend({ capacity, respond, known, iterations, near, start }: Ascent): Relaxed {
  const size = capacity.length;
  // Prices of whole capacities: bounds of cores, of gigabytes and of dollars then move alike.
  const prices = start?.slice() ?? new Float64Array(size);
  const unitPrices = perUnit(prices, capacity);
  const use = new Float64Array(size);
  let best: Relaxed = { bound: Infinity, prices: unitPrices.slice() };
  let step = FIRST_STEP;
  let idle = 0;
  for (let round = 0; round < iterations; round++) {
    use.fill(0);
    let bound = respond(unitPrices, use);
    for (const price of prices) bound += price;
    if (bound < best.bound) {
      best = { bound, prices: unitPrices.slice() };
      idle = 0;
    } else if (++idle >= PATIENCE) {
      idle = 0;
      step *= SHORTER;
      if (step < SMALLEST_STEP) break;
    }
    if (best.bound - known <= near * Math.abs(known)) break;
    if (!move(capacity, prices, unitPrices, use, step * Math.max(bound - known, 0))) break;
  }
  return best;
}

function perUnit(prices: Float64Array, capacity: Float64Array): Float64Array {
  return prices.map((price, at) => (price === 0 ? 0 : price / floatAt(capacity, at)));
}

/** One step along the subgradient; false when there is nowhere to go. */
function move(
  capacity: Float64Array,
  prices: Float64Array,
  unitPrices: Float64Array,
  use: Float64Array,
  aim: number,
): boolean {
  let length = 0;
  for (let at = 0; at < use.length; at++) {
    const whole = floatAt(capacity, at);
    // What has no room is no option of anybody's.
    const over = whole === 0 ? 0 : floatAt(use, at) / whole - 1;
    const counts = over > 0 || floatAt(prices, at) > 0;
    use[at] = counts ? over : 0;
    if (counts) length += over * over;
  }
  if (length === 0 || aim === 0) return false;
  const scale = aim / length;
  for (let at = 0; at < use.length; at++) {
    const price = Math.max(0, floatAt(prices, at) + scale * floatAt(use, at));
    prices[at] = price;
    unitPrices[at] = price === 0 ? 0 : price / floatAt(capacity, at);
  }
  return true;
}
