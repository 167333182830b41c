import type { Price } from "../domain/offer.ts";
import type { Block } from "./block.ts";
import { amountText } from "./offer-text.ts";

/** One side of a move: where, in what size, for how much, and how the spec is honoured there. */
export interface MoveSide {
  readonly name: string;
  readonly place: string;
  readonly shape: string;
  readonly price: Price | undefined;
  readonly note?: string | undefined;
}

/** Places beside each other with what they are expected to cost a month. */
export function moveTable(sides: readonly MoveSide[]): Block {
  const rows = sides.map(({ name, place, shape, price, note = "" }) => [
    name,
    place,
    shape,
    amountText(price?.expectedUsd),
    note,
  ]);
  return { kind: "table", columns: COLUMNS, rows, indent: 2, titled: true };
}

const COLUMNS = [
  { title: "" },
  { title: "PLACE" },
  { title: "SHAPE" },
  { title: "$/MONTH", align: "right" },
  { title: "FIDELITY" },
] as const;
