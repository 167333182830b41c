/** How long an endpoint that took no connection is tried last. */
export const SHUN_MS = 2_000;
/** Endpoints remembered at once; beyond it the oldest is forgotten. */
export const MAX_SHUNNED = 4_096;

/** Endpoints that lately took no connection, so that a dead replica costs one request its time and not every one. */
export interface Shunned {
  add(url: string): void;
  /** It took a connection again. */
  forgive(url: string): void;
  current(): ReadonlySet<string>;
}

/** Makes an empty set. */
export function createShunned(now: () => number): Shunned {
  const until = new Map<string, number>();
  return {
    add: (url) => {
      until.delete(url);
      until.set(url, now() + SHUN_MS);
      const [oldest] = until.keys();
      if (until.size > MAX_SHUNNED && oldest !== undefined) until.delete(oldest);
    },
    forgive: (url) => void until.delete(url),
    current: () => {
      // In the order of their ends, so that only what is over is looked at.
      for (const [url, end] of until) {
        if (end > now()) break;
        until.delete(url);
      }
      return new Set(until.keys());
    },
  };
}
