import { MAX_COLUMN_DEPTH } from "./column.ts";

/** A JSON value whose equals all have the same number. */
export type Node =
  | { readonly kind: "scalar"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly number[] }
  | { readonly kind: "object"; readonly shape: number; readonly items: readonly number[] };

/** Gives equal JSON values (keys in the same order) the same number, and remembers what each number stands for. */
export class Interner {
  readonly nodes: Node[] = [];
  /** The key lists of objects, by `shape`. */
  readonly shapes: (readonly string[])[] = [];
  readonly #scalars = new Map<unknown, number>();
  readonly #composites = new Map<string, number>();
  readonly #shapeIds = new Map<string, number>();
  /** Objects that were seen already: offers share many of their parts. */
  readonly #seen = new Map<object, number>();

  /** The number of a value. `undefined` members are left out, as JSON does. Throws on what JSON cannot say. */
  idOf(value: unknown, depth = 0): number {
    if (depth > MAX_COLUMN_DEPTH) throw new TypeError("a value nested this deep cannot be packed");
    if (typeof value === "object" && value !== null) return this.#idOfObject(value, depth);
    if (value !== null && typeof value !== "string" && typeof value !== "boolean" && !isFinite(value))
      throw new TypeError(`a ${typeof value} that is not JSON cannot be packed`);
    const known = this.#scalars.get(value);
    if (known !== undefined) return known;
    const id = this.nodes.push({ kind: "scalar", value: Object.is(value, -0) ? 0 : value }) - 1;
    this.#scalars.set(value, id);
    return id;
  }

  #idOfObject(value: object, depth: number): number {
    const known = this.#seen.get(value);
    if (known !== undefined) return known;
    const id = Array.isArray(value)
      ? this.#composite({
          kind: "list",
          items: value.map((item: unknown) => this.idOf(item ?? null, depth + 1)),
        })
      : this.#objectNode(value, depth);
    this.#seen.set(value, id);
    return id;
  }

  #objectNode(value: object, depth: number): number {
    const keys: string[] = [];
    const items: number[] = [];
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      keys.push(key);
      items.push(this.idOf(member, depth + 1));
    }
    const text = JSON.stringify(keys);
    const shape = this.#shapeIds.get(text) ?? this.shapes.push(keys) - 1;
    this.#shapeIds.set(text, shape);
    return this.#composite({ kind: "object", shape, items });
  }

  #composite(node: Exclude<Node, { readonly kind: "scalar" }>): number {
    const key = `${node.kind === "object" ? node.shape : ""}:${node.items.join()}`;
    const known = this.#composites.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.push(node) - 1;
    this.#composites.set(key, id);
    return id;
  }
}

const isFinite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
