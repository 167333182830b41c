import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import { ROLLBACK_REVISIONS, type Revision, type StoredPolicy } from "../store/store.ts";
import type { Committed } from "./commit.ts";
import { readWorkload } from "./describe.ts";
import { draftPlan } from "./draft.ts";
import { readLineage } from "./lineage.ts";
import { removedPolicy } from "./policy-layers.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

export interface RollbackRequest {
  /** Hash or number of the revision; the one before the current when left out. */
  readonly revision?: string | undefined;
  /** Passes freezes, approvals, price caps and budgets. The route has checked that the caller may say so. */
  readonly emergency?: Plan["emergency"];
}

/**
 * Deploy an earlier revision again, as a new plan. Placement, price and overrides are those of today; so are policies, but for one that the
 * revision names and that was removed since: it counts as it was last, and the plan says so.
 */
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
  const read = await readSpec(ports, caller, revision.document, name);
  const removed = await removedPolicy(ports, caller, read.spec);
  const draft = await draftPlan(ports, caller, lineage, {
    ...read,
    trigger: "rollback",
    reason: `back to revision ${revision.number}${removed === undefined ? "" : underRemoved(removed)}`,
    source: revision.source,
    fresh: false,
    images: revision.images ?? [],
    emergency: request.emergency,
  });
  return submitDraft(ports, caller, lineage, draft, { request: { fresh: false } });
}

// Nobody can name another policy on the way back, and none at all would let more through than the revision asked for.
const underRemoved = ({ name, version }: StoredPolicy): string =>
  `, under policy ${name} as it was last (version ${version}), for it was removed since`;

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
