import {
  LOAD_TIMEOUT_MS,
  MAX_SNAPSHOTS,
  NO_ROUTE_TTL_MS,
  ROUTE_TTL_MS,
  RoutesUnavailable,
  type Lookup,
} from "../../gateway/snapshots.ts";
import { within } from "../../gateway/within.ts";
import type { Route } from "../../store/store.ts";

interface Entry {
  readonly route: Route | undefined;
  readonly until: number;
}

/** A copy of routes outside the isolate, for when the database does not answer. */
export interface LastKnownRoutes {
  load(host: string): Promise<Route | undefined>;
  save(host: string, route: Route): Promise<void>;
}

/**
 * Routes by host as one isolate knows them. Only values are shared between requests, never a read under way: a request
 * whose client has gone takes its reads with it, and whoever waited for them would wait for ever.
 */
export function createRouteMemory(options: {
  readonly load: (host: string) => Promise<Route | undefined>;
  readonly lastKnown: LastKnownRoutes;
  /** Finishes work after the answer has gone out. */
  readonly later: (work: Promise<void>) => void;
  readonly now: () => number;
  readonly log: (sentence: string) => void;
}): Lookup {
  const { load, lastKnown, later, now, log } = options;
  const entries = new Map<string, Entry>();

  const kept = (host: string, route: Route | undefined, ttlMs: number) => {
    entries.delete(host);
    entries.set(host, { route, until: now() + ttlMs });
    const [oldest] = entries.keys();
    if (entries.size > MAX_SNAPSHOTS && oldest !== undefined) entries.delete(oldest);
    return route;
  };

  const fallBack = async (host: string, stale: Entry | undefined, error: unknown) => {
    log(
      `routes cannot be read, the last known copy answers: ${error instanceof Error ? error.message : String(error)}`,
    );
    const route = stale?.route ?? (await lastKnown.load(host));
    if (route === undefined && stale === undefined)
      throw new RoutesUnavailable("routes cannot be read", { cause: error });
    return kept(host, route, ROUTE_TTL_MS);
  };

  return {
    byHost: async (host) => {
      const entry = entries.get(host);
      if (entry !== undefined && entry.until > now()) return entry.route;
      try {
        const route = await within(load(host), LOAD_TIMEOUT_MS);
        if (route !== undefined && route.version !== entry?.route?.version)
          later(lastKnown.save(host, route));
        return kept(host, route, route === undefined ? NO_ROUTE_TTL_MS : ROUTE_TTL_MS);
      } catch (error) {
        return await fallBack(host, entry, error);
      }
    },
    // Paths are served on Node only: here every workload has a host.
    byName: async () => undefined,
  };
}
