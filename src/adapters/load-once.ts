/**
 * Gives what `load` loads, and loads it at the first call. A failure is not kept, so the next caller tries again, and nobody waits for
 * what another caller has begun: on Workers that one may have been ended.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: { readonly value: T } | undefined;
  return async () => (loaded ??= { value: await load() }).value;
}
