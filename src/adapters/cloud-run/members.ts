/** A member of an answer's JSON, or `undefined` where there is none. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return found ?? undefined;
}

/** A list in an answer; empty where it is left out, as Google leaves out empty lists. */
export function members(value: unknown, key: string): readonly unknown[] {
  const list = member(value, key);
  return Array.isArray(list) ? list : [];
}

/** A text in an answer; empty where it is left out. */
export function textIn(value: unknown, key: string): string {
  const text = member(value, key);
  return typeof text === "string" ? text : "";
}

/** A map of texts in an answer. */
export function texts(value: unknown, key: string): Readonly<Record<string, string>> {
  const pairs = member(value, key);
  if (typeof pairs !== "object" || pairs === null) return {};
  return Object.fromEntries(Object.entries(pairs).map(([name, text]) => [name, String(text)]));
}
