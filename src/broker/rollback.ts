import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import { ROLLBACK_REVISIONS, type Revision } from "../store/store.ts";
import type { Committed } from "./commit.ts";
import { readWorkload } from "./describe.ts";
import { draftPlan } from "./draft.ts";
import { readLineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

export interface RollbackRequest {
  /** Hash or number of the revision; the one before the current when left out. */
  readonly revision?: string | undefined;
  /** Passes freezes, approvals, price caps and budgets. The route has checked that the caller may say so. */
  readonly emergency?: Plan["emergency"];
}

/** Deploy an earlier revision again, as a new plan. Placement, price and overrides are those of today. */
export async function rollback(
  ports: Ports,
  caller: Caller,
  name: string,
  request: RollbackRequest,
): Promise<Committed> {
  const workload = await readWorkload(ports, caller, name);
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  const revisions = await ports.store.revisions(scopeOf(caller), name, ROLLBACK_REVISIONS);
  const revision = pick(revisions, lineage.inForce?.revision ?? workload.revision, request.revision);
  if (revision === undefined)
    throw new Fault(
      "not-found",
      `${name} has no ${request.revision === undefined ? "earlier revision" : `revision ${request.revision}`}.`,
    );
  const draft = await draftPlan(ports, caller, lineage, {
    ...(await readSpec(ports, caller, revision.document, name)),
    trigger: "rollback",
    reason: `back to revision ${revision.number}`,
    source: revision.source,
    fresh: false,
    images: revision.images ?? [],
    emergency: request.emergency,
  });
  return submitDraft(ports, caller, lineage, draft, { request: { fresh: false } });
}

function pick(
  revisions: readonly Revision[],
  current: string,
  wanted: string | undefined,
): Revision | undefined {
  if (wanted !== undefined)
    return revisions.find((revision) => revision.hash === wanted || String(revision.number) === wanted);
  const index = revisions.findIndex((revision) => revision.hash === current);
  return revisions.slice(index + 1)[0];
}
