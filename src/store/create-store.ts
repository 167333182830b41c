import { agentStore } from "./agents.ts";
import { budgetStore } from "./budgets.ts";
import { approvalStore } from "./approvals.ts";
import { automationStore } from "./automation.ts";
import { billStore } from "./bills.ts";
import { changeStore } from "./changes.ts";
import { claims } from "./claims.ts";
import { commits } from "./commit.ts";
import type { Database } from "./database.ts";
import { eventLog } from "./events.ts";
import { exceptionStore } from "./exceptions.ts";
import { fleetReviewStore } from "./fleet-reviews.ts";
import { historyStore } from "./forget.ts";
import { heldPlans } from "./holds.ts";
import { idempotencyStore } from "./idempotency.ts";
import { issuerKeyStore } from "./issuer-key-rows.ts";
import { namedLeases } from "./leases.ts";
import { ledgerReads } from "./ledger.ts";
import { metering } from "./meter.ts";
import { overrideStore } from "./overrides.ts";
import { planReads } from "./plans.ts";
import { policyStore } from "./policies.ts";
import { priceStore } from "./price-rows.ts";
import { tenancy } from "./projects.ts";
import { receiptStore } from "./receipts.ts";
import { recording } from "./record.ts";
import { registryStore } from "./registries.ts";
import { reservationReads } from "./reservations.ts";
import { hostAttempts } from "./host-attempts.ts";
import { routeReads } from "./routes.ts";
import { runClaims } from "./run-claims.ts";
import { runRecording } from "./run-record.ts";
import { runRows } from "./runs.ts";
import { ABSENCE_GRACE_MS, sightings } from "./sightings.ts";
import type { Store } from "./store.ts";
import { targetStore } from "./targets.ts";
import { tokenStore } from "./tokens.ts";
import { trafficStore } from "./traffic.ts";
import { unitReads } from "./units.ts";
import { violationStore } from "./violations.ts";
import { workloadReads } from "./workloads.ts";
import { secretStore } from "./secrets.ts";

export interface StoreOptions {
  /** How long after its creation a unit may be missing from a complete look before that is believed. */
  readonly absenceGraceMs?: number | undefined;
}

/** The store over one database, either engine's. Its tables must be there. */
export function createStore(db: Database, { absenceGraceMs = ABSENCE_GRACE_MS }: StoreOptions = {}): Store {
  return {
    ...tenancy(db),
    ...namedLeases(db),
    ...issuerKeyStore(db),
    ...tokenStore(db),
    ...targetStore(db),
    ...agentStore(db),
    ...idempotencyStore(db),
    ...policyStore(db),
    ...priceStore(db),
    ...workloadReads(db),
    ...planReads(db),
    ...unitReads(db),
    ...overrideStore(db),
    ...eventLog(db),
    ...commits(db),
    ...changeStore(db),
    ...claims(db),
    ...recording(db),
    ...sightings(db, absenceGraceMs),
    ...routeReads(db),
    ...trafficStore(db),
    ...heldPlans(db),
    ...approvalStore(db),
    ...exceptionStore(db),
    ...automationStore(db),
    ...receiptStore(db),
    ...historyStore(db),
    ...metering(db),
    ...ledgerReads(db),
    ...budgetStore(db),
    ...billStore(db),
    ...reservationReads(db),
    ...registryStore(db),
    ...runRows(db),
    ...runClaims(db),
    ...runRecording(db),
    ...hostAttempts(db),
    ...violationStore(db),
    ...fleetReviewStore(db),
    ...secretStore(db),
  };
}
