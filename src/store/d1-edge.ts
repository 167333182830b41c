import type { D1Database } from "@cloudflare/workers-types";
import { drizzle } from "drizzle-orm/d1";
import { createEdgeStore } from "./create-edge-store.ts";
import type { EdgeStore } from "./edge-store.ts";

/** The edge's part of the store in a D1 database, whose tables wrangler's migrations have made. */
export function d1EdgeStore(binding: D1Database): EdgeStore {
  return createEdgeStore(drizzle(binding));
}
