/*
 * Reads of a column at an index that is known to be within it. There is one for each kind of column, so that each read stays as fast as
 * the bare one: a single function for all of them would see arrays of many kinds, and engines give up on such a place.
 */

/** The number there. Throws `RangeError` beyond the end, as do all here. */
export function floatAt(column: Float64Array, at: number): number {
  return column[at] ?? beyond(column.length, at);
}

/** The whole number there. */
export function intAt(column: Int32Array, at: number): number {
  return column[at] ?? beyond(column.length, at);
}

/** The item there, of a list that has no holes. */
export function itemAt<T extends object | number | string>(list: readonly T[], at: number): T {
  return list[at] ?? beyond(list.length, at);
}

/** What a map has for a key that is known to be in it. Throws `RangeError` when it is not. */
export function mappedAt<K, V extends object | number>(map: ReadonlyMap<K, V>, key: K): V {
  return map.get(key) ?? beyond(map.size, key);
}

function beyond(length: number, asked: unknown): never {
  throw new RangeError(`${String(asked)} was asked for, and is none of the ${length} there are`);
}
