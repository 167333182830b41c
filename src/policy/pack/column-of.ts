import { itemAt } from "../at.ts";

/*
 * A number for each item of a list, as a column. The `from` of typed arrays goes through an iterator when it is given a function, and
 * takes several times as long.
 */

/** The numbers as they are. */
export function floatsOf<Item extends object>(
  list: readonly Item[],
  of: (item: Item, at: number) => number,
): Float64Array<ArrayBuffer> {
  const column = new Float64Array(list.length);
  for (let at = 0; at < column.length; at++) column[at] = of(itemAt(list, at), at);
  return column;
}

/** Whole numbers. */
export function intsOf<Item extends object>(
  list: readonly Item[],
  of: (item: Item, at: number) => number,
): Int32Array<ArrayBuffer> {
  const column = new Int32Array(list.length);
  for (let at = 0; at < column.length; at++) column[at] = of(itemAt(list, at), at);
  return column;
}
