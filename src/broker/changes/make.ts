import { inTurns } from "../../adapters/in-turns.ts";
import { newId } from "../../domain/id.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Source } from "../../domain/spec.ts";
import type { StoredChange } from "../../store/store.ts";
import { checkSequence } from "../deploy.ts";
import type { Draft } from "../draft.ts";
import { judgeDraft } from "../judge.ts";
import { readLineage } from "../lineage.ts";
import { scopeOf, type Caller, type Ports } from "../ports.ts";
import type { ReadSpec } from "../read-spec.ts";
import { keepReceipt } from "../receipts.ts";
import { commitTogether, type MadeChange } from "./commit-together.ts";
import { deniedAll, type Judged } from "./denied-all.ts";
import { type DraftedTogether, draftTogether } from "./draft-together.ts";
import { readOnce } from "./read-once.ts";
import { readSpecs } from "./read-specs.ts";

/** What a change of several workloads is asked for with. */
export interface ChangeRequest {
  readonly specs: readonly unknown[];
  readonly source?: Source | undefined;
  readonly redeploy?: boolean | undefined;
  /** Passes freezes, approvals, price caps and budgets. The route has checked that the caller may say so. */
  readonly emergency?: Plan["emergency"];
}

/**
 * Create or change several workloads, decided together: all of them are committed in one batch, or none. What does not change is left as
 * it is, and what has to wait is held. Throws `invalid-spec`, `no-placement`, `policy-denied`, `older-than-current`,
 * `generation-conflict` and `budget-exceeded`, each with every workload that stands against it.
 */
export async function makeChange(given: Ports, caller: Caller, request: ChangeRequest): Promise<MadeChange> {
  const ports = readOnce(given);
  const read = await readSpecs(ports, caller, request.specs);
  const id = newId("chg", ports.random);
  const fresh = request.redeploy === true;
  const draftAll = () => draftSpecs(ports, caller, read, { ...request, id });
  return commitTogether(ports, caller, await draftAll(), { id, source: request.source, fresh, draftAll });
}

/** The same without the commit: what a change would do, kept so that it can be committed as shown. */
export async function showChange(
  given: Ports,
  caller: Caller,
  request: ChangeRequest,
): Promise<StoredChange> {
  const ports = readOnce(given);
  const read = await readSpecs(ports, caller, request.specs);
  const id = newId("chg", ports.random);
  const drafted = await draftSpecs(ports, caller, read, { ...request, id });
  const judged = await inTurns(drafted.drafts, async (one) => ({
    ...one,
    ...(await judgeDraft(ports, caller, one.lineage, one.draft)),
  }));
  const denied = deniedAll(judged);
  if (denied !== undefined) throw denied;
  const plans = await inTurns(judged, async (one) =>
    proposed(await keepReceipt(ports, caller, one.draft), one, request),
  );
  const change: StoredChange = {
    id,
    project: caller.project.id,
    environment: caller.environment,
    actor: caller.actor,
    source: request.source,
    state: "proposed",
    members: judged.map(({ draft, because }) => ({
      workload: draft.plan.workload,
      plan: draft.plan.id,
      because,
    })),
    packing: drafted.packing,
    price: drafted.price,
    createdAt: ports.now(),
  };
  await ports.store.proposeChange(scopeOf(caller), change, plans);
  return change;
}

function proposed({ plan, document }: Draft, { yields }: Judged, { redeploy = false }: ChangeRequest): Plan {
  const request = { fresh: redeploy, yields };
  return { ...plan, state: "proposed", proposal: { document, whatIf: false, request } };
}

async function draftSpecs(
  ports: Ports,
  caller: Caller,
  read: readonly ReadSpec[],
  { id, source, redeploy = false, emergency }: Omit<ChangeRequest, "specs"> & { readonly id: string },
): Promise<DraftedTogether> {
  const wanted = await inTurns(read, async (one) => {
    const lineage = await readLineage(ports.store, scopeOf(caller), one.spec.name);
    checkSequence(lineage, source);
    const reason = redeploy ? "redeployed" : lineage.workload === undefined ? "created" : "changed";
    const request = {
      ...one,
      trigger: "deploy",
      reason,
      source,
      fresh: redeploy,
      images: "registries",
      emergency,
    } as const;
    return { lineage, request: { ...request, changeId: id } };
  });
  return draftTogether(ports, caller, wanted);
}
