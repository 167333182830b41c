import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { floatAt } from "../at.ts";
import { type Bits, noBits, setBit } from "./bits.ts";

type Size = "milliCpu" | "memoryMiB" | "ephemeralStorageGiB";
const SIZES: readonly Size[] = ["milliCpu", "memoryMiB", "ephemeralStorageGiB"];

/** Which shapes have at least what is asked, one set for each size that there is. The same rule as `sizeRefusals`. */
export class SizeColumns {
  readonly #columns: readonly { readonly size: Size; readonly steps: readonly Step[] }[];
  readonly #none: Bits;

  constructor(offers: readonly Offer[]) {
    this.#none = noBits(offers.length);
    this.#columns = SIZES.map((size) => ({ size, steps: stepsOf(offers, size) }));
  }

  /** Places in the order whose shapes are big enough for some needs, one set for each size; undefined for a size that all have. */
  masks(needs: Needs): readonly (Bits | undefined)[] {
    if (needs.gpu !== undefined) return SIZES.map(() => this.#none);
    return this.#columns.map(({ size, steps }) => {
      const [least] = steps;
      if (least !== undefined && least.has >= needs[size]) return undefined;
      for (const step of steps) if (step.has >= needs[size]) return step.rows;
      return this.#none;
    });
  }
}

/** Rows whose shape has at least `has` of a size. */
interface Step {
  readonly has: number;
  readonly rows: Bits;
}

function stepsOf(offers: readonly Offer[], size: Size): readonly Step[] {
  const column = Float64Array.from(offers, ({ shape }) => shape[size]);
  const sizes = [...new Set(column)].sort((a, b) => a - b);
  return sizes.map((has) => {
    const rows = noBits(offers.length);
    for (let at = 0; at < column.length; at++) if (floatAt(column, at) >= has) setBit(rows, at);
    return { has, rows };
  });
}
