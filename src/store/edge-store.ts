import type { Store } from "./store.ts";

/** The part of the store that the edge Worker has: what it reads, idempotency, and the traffic that it counts. */
export type EdgeStore = Pick<
  Store,
  | "project"
  | "environment"
  | "tokenByHash"
  | "beginIdempotent"
  | "finishIdempotent"
  | "forgetIdempotent"
  | "issuerKeys"
  | "agent"
  | "workload"
  | "workloads"
  | "revisions"
  | "plan"
  | "change"
  | "plansById"
  | "units"
  | "overrides"
  | "events"
  | "run"
  | "runs"
  | "attempts"
  | "ledger"
  | "routeByHost"
  | "addTraffic"
>;
