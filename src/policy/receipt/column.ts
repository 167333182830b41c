/**
 * A column of JSON values, packed. The letter says how:
 * `v` the values themselves; `c` one value, in every row; `d` distinct values and for each row which (see `steps`);
 * `o` objects of one list of keys, a column for each; `l` arrays, their lengths and one column of all their items;
 * `f` the value follows from that of another column of the same objects; `x` it is worked out by a derivation, but for the exceptions
 * (see `derived.ts`); `u` rows of several kinds, and for each row its kind.
 */
export type Column =
  | readonly ["v", readonly unknown[]]
  | readonly ["c", unknown]
  | readonly ["d", Column, readonly number[]]
  | readonly ["o", readonly string[], readonly Column[]]
  | readonly ["l", Column, Column]
  | readonly ["f", number, Column]
  | readonly ["x", number, Column]
  | readonly ["u", Column, readonly Column[]];

/** Deeper than any receipt; a bug, or a text that nobody of ours wrote, gets past it. */
export const MAX_COLUMN_DEPTH = 64;
