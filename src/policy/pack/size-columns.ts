import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { itemAt, mappedAt } from "../at.ts";
import { allBits, type Bits, intersect, noBits, setBit, unite } from "./bits.ts";
import { DistinctSets, type NumberedSet } from "./distinct.ts";

type Size = "milliCpu" | "memoryMiB" | "ephemeralStorageGiB";
const SIZES: readonly Size[] = ["milliCpu", "memoryMiB", "ephemeralStorageGiB"];

/** Which shapes have at least what is asked, one set for each size that there is. The same rule as `sizeRefusals`. */
export class SizeColumns {
  readonly #columns: readonly { readonly size: Size; readonly steps: readonly Step[] }[];
  readonly #all: Bits;
  readonly #none: Bits;
  readonly #sets = new DistinctSets();
  readonly #byNeeds = new Map<Needs, NumberedSet>();
  readonly #bySteps = new Map<string, NumberedSet>();

  constructor(offers: readonly Offer[]) {
    this.#all = allBits(offers.length);
    this.#none = noBits(offers.length);
    this.#columns = SIZES.map((size) => ({ size, steps: stepsOf(offers, size) }));
  }

  /** Places in the order whose shapes are big enough for some needs. */
  left(needs: Needs): NumberedSet {
    const known = this.#byNeeds.get(needs);
    if (known !== undefined) return known;
    const made = this.#leftBy(needs);
    this.#byNeeds.set(needs, made);
    return made;
  }

  #leftBy(needs: Needs): NumberedSet {
    if (needs.gpu !== undefined) return this.#sets.of(this.#none);
    // Thousands of sizes come down to a few steps: the smallest of each that is enough.
    const steps = this.#columns.map(({ size, steps: all }) => all.find(({ has }) => has >= needs[size]));
    const key = steps.map((step) => step?.has).join();
    const known = this.#bySteps.get(key);
    if (known !== undefined) return known;
    const bits = this.#all.slice();
    for (const step of steps) intersect(bits, step === undefined ? this.#none : step.rows);
    const made = this.#sets.of(bits);
    this.#bySteps.set(key, made);
    return made;
  }
}

/** Rows whose shape has at least `has` of a size. */
interface Step {
  readonly has: number;
  readonly rows: Bits;
}

function stepsOf(offers: readonly Offer[], size: Size): readonly Step[] {
  const sizes = [...new Set(offers.map(({ shape }) => shape[size]))].sort((a, b) => a - b);
  const stepOf = new Map(sizes.map((has, step) => [has, step]));
  const steps = sizes.map((has) => ({ has, rows: noBits(offers.length) }));
  for (let at = 0; at < offers.length; at++) {
    const step = mappedAt(stepOf, itemAt(offers, at).shape[size]);
    setBit(itemAt(steps, step).rows, at);
  }
  // What has more has as much, too.
  for (let step = steps.length - 2; step >= 0; step--)
    unite(itemAt(steps, step).rows, itemAt(steps, step + 1).rows);
  return steps;
}
