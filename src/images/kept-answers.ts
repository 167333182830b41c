/** Values that are kept in memory for a while, the oldest given up for a new one when there are too many. */
export interface Kept<T> {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T) => void;
}

/** Keeps up to `most` values, each for `forMs`. */
export function keep<T>(
  now: () => number,
  { most, forMs }: { readonly most: number; readonly forMs: number },
) {
  const values = new Map<string, { readonly value: T; readonly until: number }>();
  const kept: Kept<T> = {
    get(key) {
      const found = values.get(key);
      return found === undefined || found.until <= now() ? undefined : found.value;
    },
    set(key, value) {
      values.delete(key);
      for (const oldest of values.keys()) {
        if (values.size < most) break;
        values.delete(oldest);
      }
      values.set(key, { value, until: now() + forMs });
    },
  };
  return kept;
}
