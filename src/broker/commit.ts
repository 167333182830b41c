import { checkPlan } from "../domain/check-plan.ts";
import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import type { ResolvedImage } from "../domain/resolved-image.ts";
import type { Spec } from "../domain/spec.ts";
import { imageOf } from "../domain/template.ts";
import type { Commit, NewEvent, Override } from "../store/store.ts";
import type { Draft } from "./draft.ts";
import { wantedUnits, type Lineage } from "./lineage.ts";
import { keepReceipt } from "./receipts.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

export interface Committed {
  readonly plan: Plan;
  /** `held`: it is kept, and what runs is untouched until its holds are gone. */
  readonly outcome: "created" | "changed" | "unchanged" | "held";
}

/** What is written beside a plan, in the same batch. */
export interface Beside {
  readonly override?: Override | undefined;
  readonly events?: readonly NewEvent[] | undefined;
  readonly atMost?: Commit["atMost"];
}

/** Commit a draft in one batch against the generation it was made from; `generation-conflict` when someone was first. */
export async function commitDraft(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  drafted: Draft,
  beside: Beside = {},
): Promise<Committed> {
  const commit = await commitFor(ports, caller, lineage, drafted, beside);
  const { plan } = commit;
  const result = await ports.store.commit(scopeOf(caller), commit);
  if (!result.ok)
    throw new Fault(
      "generation-conflict",
      `Someone else changed ${plan.workload} first; read it and try again.`,
      {
        extra: { generation: result.generation },
      },
    );
  wake(ports, [plan]);
  return { plan, outcome: lineage.workload === undefined ? "created" : "changed" };
}

/** Everything that the commit of a draft writes; its receipt is kept already. Throws where the plan contradicts itself. */
export async function commitFor(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  drafted: Draft,
  beside: Beside = {},
): Promise<Commit> {
  const faults = checkPlan(drafted.plan, lineage.parent, wantedUnits(lineage));
  if (faults.length > 0)
    throw new Error(`an incoherent plan for ${drafted.plan.workload}: ${faults.join("; ")}`);
  const draft = await keepReceipt(ports, caller, drafted);
  return commitOf(ports, caller, lineage, draft, beside);
}

/** Have plans that were just committed looked at: by the reconciler, and by the hosts they name. */
export function wake(ports: Pick<Ports, "nudge" | "ring">, plans: readonly Plan[]): void {
  ports.nudge();
  const units = plans.flatMap((plan) => plan.units);
  for (const host of new Set(units.flatMap((unit) => unit.place.host ?? []))) ports.ring(host);
}

const pinned = (spec: Spec, images: readonly ResolvedImage[]) => ({
  digest: imageOf(images, spec.image)?.digest,
  images,
});

function commitOf(ports: Ports, caller: Caller, lineage: Lineage, draft: Draft, beside: Beside): Commit {
  const { plan } = draft;
  const now = ports.now();
  const standing = new Map(lineage.units.map((stored) => [stored.unit.id, stored.unit]));
  const kept = plan.units.filter((unit) => standing.has(unit.id));
  const { workload } = lineage;
  const event: NewEvent = {
    at: now,
    type: "plan.committed",
    actor: caller.actor,
    message: plan.reason,
    data: { plan: plan.id, generation: plan.generation, trigger: plan.trigger },
  };
  return {
    plan,
    expectedGeneration: workload?.generation,
    workload: {
      project: caller.project.id,
      environment: caller.environment,
      name: plan.workload,
      id: draft.workloadId,
      document: draft.document,
      revision: plan.revision,
      labels: draft.spec.labels,
      sequence: plan.source?.sequence ?? workload?.sequence,
      createdAt: workload?.createdAt ?? now,
    },
    revision: {
      hash: plan.revision,
      number: plan.generation,
      spec: draft.spec,
      document: draft.document,
      ...(plan.images === undefined ? {} : pinned(draft.spec, plan.images)),
      source: plan.source,
      createdAt: now,
    },
    newUnits: plan.units.filter((unit) => !standing.has(unit.id)),
    rescaled: kept.map(({ id, replicas }) => ({ id, replicas })),
    override: beside.override,
    atMost: beside.atMost,
    money: draft.money,
    events: [event, ...(beside.events ?? [])],
    now,
  };
}
