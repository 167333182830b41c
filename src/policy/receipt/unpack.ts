import { itemAt, mappedAt } from "../at.ts";
import { type Column, MAX_COLUMN_DEPTH } from "./column.ts";
import { DERIVATIONS } from "./derived.ts";

/** More values than any receipt holds: a small text can stand for a very long list. */
const MAX_VALUES = 20_000_000;

/** The values of a packed column. Throws `TypeError` when it is none, or when it holds more or fewer than `count`. */
export function unpack(column: unknown, count: number): readonly unknown[] {
  return new Unpacker().values(column, count, 0);
}

class Unpacker {
  #left = MAX_VALUES;

  values(column: unknown, count: number, depth: number): readonly unknown[] {
    this.#left -= count;
    if (this.#left < 0 || depth > MAX_COLUMN_DEPTH)
      throw new TypeError("more values than a receipt can hold");
    if (!isColumn(column)) throw new TypeError("not a packed column");
    const values = this.#read(column, count, depth + 1);
    if (values.length !== count)
      throw new TypeError(`a packed column holds ${values.length} values instead of ${count}`);
    return values;
  }

  #read(column: Column, count: number, depth: number): readonly unknown[] {
    switch (column[0]) {
      case "v":
        return column[1];
      case "c":
        return Array.from({ length: count }, () => column[1]);
      case "d":
        return this.#dictionary(column[1], column[2], depth);
      case "o":
        return this.#objects(column[1], column[2], count, depth);
      case "l":
        return this.#lists(column[1], column[2], count, depth);
      case "u":
        return this.#kinds(column[1], column[2], count, depth);
      case "f":
      case "x":
        throw new TypeError("a column follows from one that is not there");
    }
  }

  #dictionary(table: Column, steps: readonly number[], depth: number): readonly unknown[] {
    const places = placesOf(steps);
    const distinct = this.values(table, distinctIn(steps), depth);
    return places.map((place) => distinct[place]);
  }

  #objects(keys: readonly string[], columns: readonly Column[], count: number, depth: number) {
    const done = new Map<number, readonly unknown[]>();
    const columnAt = (index: number, chain: number): readonly unknown[] => {
      const known = done.get(index);
      if (known !== undefined) return known;
      const column = columns[index];
      if (chain > keys.length || !isColumn(column)) throw new TypeError("a column follows from itself");
      const other = (next: number) => columnAt(next, chain + 1);
      const values = this.#member(column, count, depth, other, (key) => keys.indexOf(key));
      done.set(index, values);
      return values;
    };
    const all = keys.map((_, index) => columnAt(index, 0));
    return Array.from({ length: count }, (_, row) =>
      Object.fromEntries(keys.map((key, index) => [key, all[index]?.[row]])),
    );
  }

  #member(
    column: Column,
    count: number,
    depth: number,
    other: (index: number) => readonly unknown[],
    indexOf: (key: string) => number,
  ): readonly unknown[] {
    if (column[0] === "f") return this.#following(other(column[1]), column[2], depth);
    if (column[0] !== "x") return this.values(column, count, depth);
    const derivation = DERIVATIONS[column[1]];
    if (derivation === undefined) throw new TypeError("a column is worked out in a way nobody knows");
    const from = derivation.from.map((key) => other(indexOf(key)));
    return this.values(column[2], count, depth).map((exception, row): unknown =>
      Array.isArray(exception) ? exception[0] : derivation.derive(from.map((values) => values[row])),
    );
  }

  // Equal values of the leader are one object here, or equal scalars, so that a map tells them apart.
  #following(leader: readonly unknown[], column: Column, depth: number): readonly unknown[] {
    const places = new Map<unknown, number>();
    for (const lead of leader) if (!places.has(lead)) places.set(lead, places.size);
    const values = this.values(column, places.size, depth);
    return leader.map((lead) => values[mappedAt(places, lead)]);
  }

  #lists(lengths: Column, items: Column, count: number, depth: number): readonly unknown[] {
    const sizes = this.values(lengths, count, depth).map(wholeNumber);
    const all = this.values(
      items,
      sizes.reduce((sum, size) => sum + size, 0),
      depth,
    );
    let from = 0;
    return sizes.map((size) => all.slice(from, (from += size)));
  }

  #kinds(tags: Column, columns: readonly Column[], count: number, depth: number): readonly unknown[] {
    const numbers = this.values(tags, count, depth).map(wholeNumber);
    const counts = columns.map((_, kind) => numbers.filter((number) => number === kind).length);
    const ofKind = columns.map((column, kind) => this.values(column, itemAt(counts, kind), depth).values());
    return numbers.map((number): unknown => ofKind[number]?.next().value);
  }
}

/** Steps as `pack` writes them, back to positions among the distinct values. */
function placesOf(steps: readonly number[]): readonly number[] {
  let known = 0;
  return steps.map((step) => {
    if (wholeNumber(step) > known) throw new TypeError("a packed column counts back further than it goes");
    return step === 0 ? known++ : known - step;
  });
}

const distinctIn = (steps: readonly number[]): number => steps.filter((step) => step === 0).length;

function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError("a packed column counts with something that is no number");
}

// The text was hashed, so this only has to tell a column from what is none; its parts are looked at as they are read.
function isColumn(value: unknown): value is Column {
  return Array.isArray(value) && typeof value[0] === "string" && LENGTHS[value[0]] === value.length;
}

const LENGTHS: Readonly<Record<string, number | undefined>> = {
  v: 2,
  c: 2,
  d: 3,
  o: 3,
  l: 3,
  f: 3,
  x: 3,
  u: 3,
};
