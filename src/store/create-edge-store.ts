import { agentStore } from "./agents.ts";
import { changeReads } from "./change-reads.ts";
import type { Database } from "./database.ts";
import type { EdgeStore } from "./edge-store.ts";
import { eventLog } from "./events.ts";
import { idempotencyStore } from "./idempotency.ts";
import { issuerKeyStore } from "./issuer-key-rows.ts";
import { ledgerReads } from "./ledger.ts";
import { overrideStore } from "./overrides.ts";
import { planReads } from "./plans.ts";
import { tenancy } from "./projects.ts";
import { routeReads } from "./routes.ts";
import { runRows } from "./runs.ts";
import { tokenStore } from "./tokens.ts";
import { trafficStore } from "./traffic.ts";
import { unitReads } from "./units.ts";
import { workloadReads } from "./workloads.ts";

/** The edge Worker's part of the store: all else is the control Worker's, and is kept out of the edge's bundle. */
export function createEdgeStore(db: Database): EdgeStore {
  return {
    ...tenancy(db),
    ...tokenStore(db),
    ...idempotencyStore(db),
    ...issuerKeyStore(db),
    ...agentStore(db),
    ...workloadReads(db),
    ...planReads(db),
    ...changeReads(db),
    ...unitReads(db),
    ...overrideStore(db),
    ...eventLog(db),
    ...runRows(db),
    ...ledgerReads(db),
    ...routeReads(db),
    ...trafficStore(db),
  };
}
