/** What stands between a caller and one call: it may wait, fail before or after, or call more than once. */
export type Around = (name: string, call: () => Promise<unknown>) => Promise<unknown>;

/** The same object with every method behind `around`. Its methods must be asynchronous, and need no `this` of their own. */
export function intercepted<T extends object>(object: T, around: Around): T {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(object, {
    get(target, name) {
      const known = methods.get(name);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const method = (...given: readonly unknown[]) =>
        around(String(name), async () => (await Reflect.apply(value, target, given)) as unknown);
      methods.set(name, method);
      return method;
    },
  });
}
