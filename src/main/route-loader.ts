import type { RouteLoader } from "../gateway/snapshots.ts";
import type { Store } from "../store/store.ts";

/** The store's routes as the gateway asks for them: people's paths say a project's name, rows its id. */
export function routeLoader(
  store: Pick<Store, "project" | "routeByHost" | "routeByName" | "routes">,
): RouteLoader {
  return {
    byHost: (host) => store.routeByHost(host),
    byName: async (name, environment, workload) => {
      const project = await store.project(name);
      return project === undefined ? undefined : store.routeByName(project.id, environment, workload);
    },
    all: (limit) => store.routes(limit),
  };
}
