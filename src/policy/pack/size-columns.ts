import type { ContainerSize, Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { itemAt } from "../at.ts";
import { holdsEach } from "./asked.ts";
import { type Bits, bitsWhere, noBits, setBit, unite } from "./bits.ts";
import type { DistinctSets, NumberedSet } from "./distinct.ts";

type Size = "milliCpu" | "memoryMiB" | "ephemeralStorageGiB";
const SIZES: readonly Size[] = ["milliCpu", "memoryMiB", "ephemeralStorageGiB"];

/** Which shapes have at least what is asked, one set for each size that there is. The same rule as `sizeRefusals`. */
export class SizeColumns {
  readonly #columns: readonly { readonly size: Size; readonly steps: readonly Step[] }[];
  readonly #sets: DistinctSets;
  readonly #none: NumberedSet;
  readonly #offers: readonly Offer[];
  /** Places that hold each container, by what the containers ask for. */
  readonly #holding = new Map<string, NumberedSet>();

  constructor(offers: readonly Offer[], sets: DistinctSets) {
    this.#offers = offers;
    this.#sets = sets;
    this.#none = sets.of(noBits(offers.length));
    this.#columns = SIZES.map((size) => ({ size, steps: stepsOf(offers, size, sets) }));
  }

  /** Places in the order whose shapes are big enough for some needs. */
  left(needs: Needs): NumberedSet {
    if (needs.gpu !== undefined) return this.#none;
    let left = this.#sets.all;
    // Thousands of sizes come down to a few steps: the smallest of each that is enough.
    for (const { size, steps } of this.#columns) {
      const step = steps.find(({ has }) => has >= needs[size]);
      left = this.#sets.both(left, step?.rows ?? this.#none);
    }
    return needs.sizes === undefined ? left : this.#sets.both(left, this.#holdingEach(needs, needs.sizes));
  }

  #holdingEach(needs: Needs, sizes: readonly ContainerSize[]): NumberedSet {
    const asked = sizes.map(({ milliCpu, memoryMiB }) => `${milliCpu} ${memoryMiB}`).join();
    const known = this.#holding.get(asked);
    if (known !== undefined) return known;
    const holds = (at: number): boolean => holdsEach(itemAt(this.#offers, at), needs);
    const made = this.#sets.of(bitsWhere(this.#offers.length, holds));
    this.#holding.set(asked, made);
    return made;
  }
}

/** Rows whose shape has at least `has` of a size. */
interface Step {
  readonly has: number;
  readonly rows: NumberedSet;
}

function stepsOf(offers: readonly Offer[], size: Size, sets: DistinctSets): readonly Step[] {
  const rowsOf = new Map<number, Bits>();
  for (let at = 0; at < offers.length; at++) {
    const has = itemAt(offers, at).shape[size];
    const known = rowsOf.get(has);
    const rows = known ?? noBits(offers.length);
    if (known === undefined) rowsOf.set(has, rows);
    setBit(rows, at);
  }
  const steps = [...rowsOf].sort(([a], [b]) => a - b);
  // What has more has as much, too.
  for (let step = steps.length - 2; step >= 0; step--)
    unite(itemAt(steps, step)[1], itemAt(steps, step + 1)[1]);
  return steps.map(([has, rows]) => ({ has, rows: sets.of(rows) }));
}
