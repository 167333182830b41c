import type { D1Database } from "@cloudflare/workers-types";
import { drizzle } from "drizzle-orm/d1";
import { createStore, type StoreOptions } from "./create-store.ts";
import type { Store } from "./store.ts";

/** The store in a D1 database, whose tables wrangler's migrations have made. */
export function d1Store(binding: D1Database, options: StoreOptions = {}): Store {
  return createStore(drizzle(binding), options);
}
