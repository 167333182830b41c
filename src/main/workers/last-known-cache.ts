import type { Route } from "../../store/store.ts";
import type { LastKnownRoutes } from "./route-memory.ts";

/** How long a copy may be used, seconds: longer than any outage of the database that one waits through. */
const KEEP_SECONDS = 7 * 24 * 60 * 60;

/** Last known routes in the data centre's own cache: nothing to set up, and it is there when the database is not. */
export function routesInCache(open: () => Promise<Cache>, log: (sentence: string) => void): LastKnownRoutes {
  return {
    load: async (host) => {
      const found = await (await open()).match(keyOf(host));
      if (found === undefined) return undefined;
      // Only `save` writes here.
      const route: Route = await found.json();
      return route;
    },
    save: async (host, route) => {
      const copy = new Response(JSON.stringify(route), {
        headers: { "content-type": "application/json", "cache-control": `max-age=${KEEP_SECONDS}` },
      });
      try {
        await (await open()).put(keyOf(host), copy);
      } catch (error) {
        log(
          `the last known copy of ${host} was not written: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  };
}

const keyOf = (host: string) => `https://routes.invalid/${encodeURIComponent(host)}`;
