import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { type Bits, intersect, noBits, setBit } from "./bits.ts";

type Size = "milliCpu" | "memoryMiB" | "ephemeralStorageGiB";
const SIZES: readonly Size[] = ["milliCpu", "memoryMiB", "ephemeralStorageGiB"];

/** Which shapes have at least what is asked, one set for each size that there is. The same rule as `sizeRefusals`. */
export class SizeColumns {
  readonly #columns: readonly { readonly size: Size; readonly steps: readonly Step[] }[];
  readonly #none: Bits;

  constructor(offers: readonly Offer[], order: Int32Array) {
    this.#none = noBits(offers.length);
    this.#columns = SIZES.map((size) => ({ size, steps: stepsOf(offers, order, size) }));
  }

  /** Take from a set the rows that are too small for some needs. */
  narrow(bits: Bits, needs: Needs): void {
    if (needs.gpu !== undefined) intersect(bits, this.#none);
    for (const { size, steps } of this.#columns) {
      const step = steps.find(({ has }) => has >= needs[size]);
      intersect(bits, step?.rows ?? this.#none);
    }
  }
}

/** Rows whose shape has at least `has` of a size. */
interface Step {
  readonly has: number;
  readonly rows: Bits;
}

function stepsOf(offers: readonly Offer[], order: Int32Array, size: Size): readonly Step[] {
  const column = Float64Array.from(order, (row) => offers[row]?.shape[size] ?? 0);
  const sizes = [...new Set(column)].sort((a, b) => a - b);
  return sizes.map((has) => {
    const rows = noBits(offers.length);
    for (let at = 0; at < column.length; at++) if ((column[at] ?? 0) >= has) setBit(rows, at);
    return { has, rows };
  });
}
