import type { Environment } from "@marcbachmann/cel-js";

/** What a value is in an expression. An object's shape names its fields; a list of objects is that shape in brackets. */
export type Shape =
  | "string"
  | "bool"
  | "int"
  | "double"
  /** Milliseconds outside, a timestamp inside. */
  | "instant"
  | "strings"
  /** An object of texts outside, a map inside, so that no key reaches a prototype. */
  | "labels"
  | Fields
  | readonly [Fields];
export interface Fields {
  readonly [name: string]: Shape;
}

/** A shape known to an environment: the type's name there, and how a plain value becomes one of it. */
export interface Registered {
  readonly type: string;
  readonly lift: (value: unknown) => unknown;
}

/** The fields of each object type by its name, each with its own type's name. */
export type FieldTypes = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Tells an environment a shape under a name, and notes the fields of each object in `known`. */
export function register(
  env: Environment,
  name: string,
  shape: Shape,
  known: Map<string, ReadonlyMap<string, string>>,
): Registered {
  if (typeof shape === "string") return SIMPLE[shape];
  const [item] = Array.isArray(shape) ? shape : [undefined];
  if (item !== undefined) {
    const one = register(env, name, item, known);
    return { type: `list<${one.type}>`, lift: (value) => listOf(value).map(one.lift) };
  }
  const fields = Object.entries(shape).map(
    ([field, inner]) => [field, register(env, `${name}.${field}`, inner, known)] as const,
  );
  known.set(name, new Map(fields.map(([field, { type }]) => [field, type])));
  // oxlint-disable-next-line typescript/no-extraneous-class -- the library knows a type by its constructor
  const Value = class {
    constructor(values: Readonly<Record<string, unknown>>) {
      Object.assign(this, values);
    }
  };
  const types = Object.fromEntries(fields.map(([field, { type }]) => [field, type]));
  env.registerType(name, { ctor: Value, fields: types });
  const lift = (value: unknown): unknown => {
    const lifted = fields.map(
      ([field, inner]) => [field, inner.lift(Reflect.get(Object(value), field))] as const,
    );
    return new Value(Object.fromEntries(lifted));
  };
  return { type: name, lift };
}

const asIs = (value: unknown): unknown => value;
const SIMPLE: Readonly<Record<Extract<Shape, string>, Registered>> = {
  string: { type: "string", lift: asIs },
  bool: { type: "bool", lift: asIs },
  // What is absent stays absent: `has()` tells.
  int: { type: "int", lift: (value) => (isFinite(value) ? BigInt(Math.trunc(value)) : undefined) },
  double: { type: "double", lift: asIs },
  instant: { type: "google.protobuf.Timestamp", lift: (value) => new Date(Number(value)) },
  strings: { type: "list<string>", lift: (value) => listOf(value) },
  labels: { type: "map<string, string>", lift: (value) => new Map(Object.entries(Object(value))) },
};

const isFinite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
