import type { Route } from "../store/store.ts";
import { within } from "./within.ts";

/** How long a route read from the store is used without asking again. The reconciler counts on it before it stops a source. */
export const ROUTE_TTL_MS = 1_000;
/** How long "there is no such route" is believed: short, for a first deploy is waited for. */
export const NO_ROUTE_TTL_MS = 500;
/**
 * A store that takes longer has failed, and the last known copy answers. No longer than `ROUTE_TTL_MS`: that stays the
 * greatest age of a route also for who waited for its read.
 */
export const LOAD_TIMEOUT_MS = ROUTE_TTL_MS;
export const MAX_SNAPSHOTS = 10_000;
/** Reads of the store under way at once: hosts that nobody serves must not exhaust it. */
export const MAX_LOADS = 256;
/** Routes kept in the last known copy. */
export const MAX_KNOWN_ROUTES = 10_000;

/** How the gateway finds routes. Throws `RoutesUnavailable` when nothing can be said. */
export interface Lookup {
  byHost(host: string): Promise<Route | undefined>;
  byName(project: string, environment: string, workload: string): Promise<Route | undefined>;
}

/** The store as the gateway reads it. `project` is the name or the id. */
export interface RouteLoader extends Lookup {
  all(limit: number): Promise<readonly Route[]>;
}

/** A copy of all routes outside this process's memory, for when the store does not answer. */
export interface LastKnown {
  /** Empty when there is none. */
  load(): Promise<readonly Route[]>;
  save(routes: readonly Route[]): Promise<void>;
}

export interface Snapshots extends Lookup {
  /** Forget one route, under every host and name it is known by. */
  invalidate(names: Pick<Route, "project" | "environment" | "workload">): void;
  /** Writes the last known copy anew; a store that fails leaves the old one. */
  remember(): Promise<void>;
}

/** Thrown when the store does not answer and no copy knows the route. */
export class RoutesUnavailable extends Error {
  override readonly name = "RoutesUnavailable";
}

interface Entry {
  readonly route: Route | undefined;
  readonly until: number;
}

/** Routes as versioned snapshots: memory, then the store, then the last known copy. One read at a time for each key. */
export function createSnapshots(options: {
  readonly loader: RouteLoader;
  readonly lastKnown: LastKnown;
  readonly now: () => number;
  readonly log: (sentence: string) => void;
  readonly loadTimeoutMs?: number;
}): Snapshots {
  const { loader, lastKnown, now, log } = options;
  const timeoutMs = options.loadTimeoutMs ?? LOAD_TIMEOUT_MS;
  const entries = new Map<string, Entry>();
  const loading = new Map<string, Promise<Route | undefined>>();
  let epoch = 0;
  // Set while the store fails: what is on disk, read once.
  let copy: Promise<readonly Route[]> | undefined;

  async function find(
    key: string,
    load: () => Promise<Route | undefined>,
    isIt: Matcher,
  ): Promise<Route | undefined> {
    const entry = entries.get(key);
    if (entry !== undefined && entry.until > now()) return entry.route;
    const underWay = loading.get(`${epoch} ${key}`);
    if (underWay !== undefined) return underWay;
    if (loading.size >= MAX_LOADS) throw new RoutesUnavailable("too many routes are being read at once");
    return startLoad(key, load, isIt, entry);
  }

  function startLoad(
    key: string,
    load: () => Promise<Route | undefined>,
    isIt: Matcher,
    stale: Entry | undefined,
  ): Promise<Route | undefined> {
    const begunIn = epoch;
    const begunAt = now();
    const id = `${begunIn} ${key}`;
    const run = (async () => {
      try {
        const route = await within(Promise.resolve().then(load), timeoutMs);
        copy = undefined;
        // What was read before a change was announced is answered once and not kept.
        const ttlMs = route === undefined ? NO_ROUTE_TTL_MS : ROUTE_TTL_MS;
        // Counted from the beginning of the read: nobody may use a route that is older than it says.
        if (begunIn === epoch) keep(entries, key, { route, until: begunAt + ttlMs });
        return route;
      } catch (error) {
        if (copy === undefined) {
          log(
            `routes cannot be read, the last known copy answers: ${error instanceof Error ? error.message : String(error)}`,
          );
          copy = lastKnown.load();
        }
        const route = stale?.route ?? (await copy).find(isIt);
        if (route === undefined && stale === undefined)
          throw new RoutesUnavailable("routes cannot be read", { cause: error });
        keep(entries, key, { route, until: now() + ROUTE_TTL_MS });
        return route;
      } finally {
        loading.delete(id);
      }
    })();
    loading.set(id, run);
    return run;
  }

  return {
    byHost: (host) =>
      find(
        `host ${host}`,
        () => loader.byHost(host),
        ({ hosts }) => hosts.includes(host),
      ),
    byName: (project, environment, workload) =>
      find(
        `name ${project}/${environment}/${workload}`,
        () => loader.byName(project, environment, workload),
        (route) =>
          (route.projectName === project || route.project === project) &&
          route.environment === environment &&
          route.workload === workload,
      ),
    invalidate: (names) => {
      epoch++;
      for (const [key, { route }] of entries) {
        // A "no such route" may be about this one, under a host that it has only now.
        if (route === undefined || isNamed(route, names)) entries.set(key, { route, until: 0 });
      }
    },
    remember: async () => lastKnown.save(await within(loader.all(MAX_KNOWN_ROUTES), timeoutMs)),
  };
}

type Matcher = (route: Route) => boolean;

function keep(entries: Map<string, Entry>, key: string, entry: Entry): void {
  entries.delete(key);
  entries.set(key, entry);
  const [oldest] = entries.keys();
  if (entries.size > MAX_SNAPSHOTS && oldest !== undefined) entries.delete(oldest);
}

const isNamed = (
  route: Route,
  { project, environment, workload }: Pick<Route, "project" | "environment" | "workload">,
) => route.project === project && route.environment === environment && route.workload === workload;
