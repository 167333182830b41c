/** A JSON value looked into without a type: what is missing is undefined. */
export interface Json {
  readonly value: unknown;
  at(...path: readonly (string | number)[]): Json;
  /** A text as it is; anything else as JSON; nothing for what is missing. */
  text(): string;
  /** The elements of an array; none for anything else. */
  list(): readonly Json[];
}

/** Wraps a parsed value. */
export function jsonOf(value: unknown): Json {
  return {
    value,
    at: (...path) => jsonOf(path.reduce(memberOf, value)),
    text: () => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value)),
    list: () => (Array.isArray(value) ? value.map((entry: unknown) => jsonOf(entry)) : []),
  };
}

const memberOf = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
