import { itemAt, mappedAt } from "../at.ts";
import type { Column } from "./column.ts";
import { DERIVATIONS } from "./derived.ts";
import { Interner, type Node } from "./intern.ts";

/**
 * JSON values as columns of their parts, each distinct part said once: thousands of offers of one market differ in little. `unpack`
 * gives the very values back, their keys in the same order. Throws on what JSON cannot say.
 */
export function pack(values: readonly unknown[]): Column {
  const interner = new Interner();
  return packed(
    values.map((value) => interner.idOf(value)),
    interner,
  );
}

function packed(rows: readonly number[], interner: Interner): Column {
  const { distinct, steps } = distinctOf(rows);
  const [first] = distinct;
  if (distinct.length === 1 && rows.length > 1 && first !== undefined)
    return ["c", plain(nodeOf(first, interner), interner)];
  if (distinct.length < rows.length) return ["d", unlike(distinct, interner), steps];
  return unlike(rows, interner);
}

/**
 * The distinct rows in the order they first come, and a step for each row: 0 is the next that is new, n one that came before,
 * counted back from there. Runs of new values are runs of zeros then, which deflate to nothing.
 */
function distinctOf(rows: readonly number[]): {
  readonly distinct: readonly number[];
  readonly steps: readonly number[];
} {
  const places = new Map<number, number>();
  const steps = rows.map((row) => {
    const place = places.get(row);
    if (place !== undefined) return places.size - place;
    places.set(row, places.size);
    return 0;
  });
  return { distinct: [...places.keys()], steps };
}

/** Rows of which no two are equal. */
function unlike(rows: readonly number[], interner: Interner): Column {
  const kinds = new Map<string, number[]>();
  for (const row of rows) {
    const kind = kindOf(nodeOf(row, interner));
    const ofKind = kinds.get(kind);
    if (ofKind === undefined) kinds.set(kind, [row]);
    else ofKind.push(row);
  }
  const [only] = kinds.values();
  if (kinds.size <= 1) return only === undefined ? ["v", []] : ofOneKind(only, interner);
  const numbers = new Map([...kinds.keys()].map((kind, index) => [kind, index]));
  const tags = rows.map((row) => mappedAt(numbers, kindOf(nodeOf(row, interner))));
  return ["u", pack(tags), [...kinds.values()].map((ofKind) => ofOneKind(ofKind, interner))];
}

function kindOf(node: Node): string {
  return node.kind === "object" ? `object ${node.shape}` : node.kind;
}

function ofOneKind(rows: readonly number[], interner: Interner): Column {
  const nodes = rows.map((row) => nodeOf(row, interner));
  const [first] = nodes;
  if (first === undefined || first.kind === "scalar")
    return ["v", nodes.map((node) => plain(node, interner))];
  const lists = nodes.map((node) => (node.kind === "scalar" ? [] : node.items));
  if (first.kind === "list")
    return ["l", pack(lists.map(({ length }) => length)), packed(lists.flat(), interner)];
  const keys = itemAt(interner.shapes, first.shape);
  return ["o", keys, members(keys, lists, interner)];
}

/** The columns of objects that have the same keys, each by the shortest way it can be said. */
function members(
  keys: readonly string[],
  lists: readonly (readonly number[])[],
  interner: Interner,
): readonly Column[] {
  const columns = keys.map((_, index) => lists.map((list) => itemAt(list, index)));
  const sizes = columns.map((column) => new Set(column).size);
  const derived = keys.map((_, index) => derivedColumn(keys, index, columns, interner));
  // A column may only follow from one of more values (or an earlier one of as many) that is not worked out itself: so no two follow
  // from each other.
  const order = keys
    .map((_, index) => index)
    .sort((a, b) => itemAt(sizes, b) - itemAt(sizes, a) || a - b)
    .filter((index) => derived[index] === undefined);
  return columns.map((column, index) => {
    const workedOut = derived[index];
    if (workedOut !== undefined) return workedOut;
    if (sizes[index] === 1) return packed(column, interner);
    const before = order.slice(0, order.indexOf(index)).toReversed();
    for (const other of before) {
      if (sizes[other] === lists.length) continue;
      const follows = followed(itemAt(columns, other), column);
      if (follows !== undefined) return ["f", other, packed(follows, interner)];
    }
    return packed(column, interner);
  });
}

/** A column that can be worked out from others, as its exceptions: `0` where it is what they say, else the value in a list. */
function derivedColumn(
  keys: readonly string[],
  index: number,
  columns: readonly (readonly number[])[],
  interner: Interner,
): Column | undefined {
  const number = DERIVATIONS.findIndex(({ member }) => member === keys[index]);
  const derivation = DERIVATIONS[number];
  if (derivation === undefined || !derivation.from.every((key) => keys.includes(key))) return undefined;
  const from = derivation.from.map((key) => itemAt(columns, keys.indexOf(key)));
  const exceptions = itemAt(columns, index).map((id, row) => {
    const value = plain(nodeOf(id, interner), interner);
    const said = from.map((column) => plain(nodeOf(itemAt(column, row), interner), interner));
    return derivation.derive(said) === value ? 0 : [value];
  });
  if (exceptions.every((exception) => exception !== 0)) return undefined;
  return ["x", number, pack(exceptions)];
}

/** For each distinct value of `leader`, in the order they first come, the one value that `column` has beside it. */
function followed(leader: readonly number[], column: readonly number[]): readonly number[] | undefined {
  const values = new Map<number, number>();
  for (const [row, lead] of leader.entries()) {
    const value = itemAt(column, row);
    const known = values.get(lead);
    if (known === undefined) values.set(lead, value);
    else if (known !== value) return undefined;
  }
  return [...values.values()];
}

function nodeOf(id: number, { nodes }: Interner): Node {
  return itemAt(nodes, id);
}

function plain(node: Node, interner: Interner): unknown {
  if (node.kind === "scalar") return node.value;
  const items = node.items.map((id) => plain(nodeOf(id, interner), interner));
  if (node.kind === "list") return items;
  const keys = itemAt(interner.shapes, node.shape);
  return Object.fromEntries(keys.map((key, index) => [key, items[index]]));
}
