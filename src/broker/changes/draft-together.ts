import { inTurns } from "../../adapters/in-turns.ts";
import { Fault } from "../../domain/fault.ts";
import { sum } from "../../domain/money.ts";
import type { Plan, Yield } from "../../domain/plan.ts";
import type { Asking } from "../../policy/together/asking.ts";
import { type Decided, decideTogether } from "../../policy/together/decide-together.ts";
import type { StoredChange } from "../../store/store.ts";
import { draftBy, prepareDraft, type Draft, type Prepared } from "../draft.ts";
import type { DraftRequest } from "../draft-request.ts";
import type { Lineage } from "../lineage.ts";
import { NoPlacement } from "../no-placement.ts";
import type { Caller, Ports } from "../ports.ts";
import { yieldsOf } from "../yields.ts";
import { Problems } from "./problems.ts";
import { NO_PURSES, type Purses, pursesOf, raisesOf } from "./budgets-left.ts";

/** One workload of a change: what it is made against, and what is asked for. */
export interface Wanted {
  readonly lineage: Lineage;
  readonly request: DraftRequest;
}

/** The draft of one workload of a change. */
export interface DraftWithin {
  readonly lineage: Lineage;
  readonly draft: Draft;
  /** Why it is where it is, beside the others. */
  readonly because: string;
  /** What it leaves to the others; a draft made again must leave it, too. */
  readonly yields: readonly Yield[];
}

/** Drafts of workloads that were decided together, by priority and then by name, and how good their places are together. */
export interface DraftedTogether {
  readonly drafts: readonly DraftWithin[];
  readonly packing: StoredChange["packing"];
  readonly price: StoredChange["price"];
}

/**
 * Decide together where some specs would run now. Throws `no-placement` that says of each workload without a place what stands against
 * it, though others have one. Writes nothing.
 */
export async function draftTogether(
  ports: Ports,
  caller: Caller,
  wanted: readonly Wanted[],
): Promise<DraftedTogether> {
  const problems = new Problems();
  const made = await inTurns([...wanted.entries()], ([index, { lineage, request }]) =>
    problems.of(index, () => prepareDraft(ports, caller, lineage, request)),
  );
  problems.refuse();
  const prepared = made.filter((one) => one !== undefined);
  const isEmergency = wanted.some(({ request }) => request.emergency !== undefined);
  const purses = isEmergency ? NO_PURSES : await pursesOf(ports, caller);
  const { decided, packing } = decideTogether(
    prepared.map((one) => askingOf(one, purses)),
    purses.left,
  );
  const places = new Map(prepared.map((one, index) => [one.spec.name, { one, index }]));
  const unplaced: NoPlacement[] = [];
  const drafts: DraftWithin[] = [];
  for (const choice of decided) {
    const { one, index } = places.get(choice.workload) ?? unasked(choice.workload);
    try {
      const draft = await problems.of(index, () => draftWithin(ports, caller, one, choice));
      if (draft !== undefined) drafts.push(draft);
    } catch (error) {
      if (!(error instanceof NoPlacement)) throw error;
      unplaced.push(error);
    }
  }
  problems.refuse();
  if (unplaced.length > 0) throw noPlaceFor(unplaced, prepared.length);
  const { total, bound, proven } = packing;
  return { drafts, packing: { total, bound, proven }, price: priceOf(drafts) };
}

function askingOf(prepared: Prepared, purses: Purses): Asking {
  const { inputs, draws } = prepared.asked;
  const purse = purses.of(prepared);
  const raises = raisesOf(purse, inputs.offers);
  return { workload: prepared.spec.name, inputs, draws, raises, budgets: purse.budgets };
}

function draftWithin(ports: Ports, caller: Caller, prepared: Prepared, decided: Decided): DraftWithin {
  const { inputs, decision, because } = decided;
  const yields = yieldsOf(prepared.asked.inputs.offers, inputs.offers);
  const within = { ...prepared, asked: { ...prepared.asked, inputs } };
  return { lineage: prepared.lineage, draft: draftBy(ports, caller, within, decision), because, yields };
}

function priceOf(drafts: readonly DraftWithin[]): StoredChange["price"] {
  const all = (field: "expectedUsd" | "ceilingUsd", of: (one: DraftWithin) => Plan | undefined): string =>
    sum(drafts.map((one) => of(one)?.price?.[field] ?? "0"));
  return {
    beforeUsd: all("expectedUsd", ({ lineage }) => lineage.inForce),
    expectedUsd: all("expectedUsd", ({ draft }) => draft.plan),
    ceilingUsd: all("ceilingUsd", ({ draft }) => draft.plan),
  };
}

function unasked(workload: string): never {
  throw new Error(`${workload} was decided and not asked for`);
}

function noPlaceFor(unplaced: readonly NoPlacement[], all: number): Fault {
  const [first] = unplaced;
  if (first !== undefined && all === 1) return first;
  const message = unplaced.map((one) => one.message).join(" ");
  return new Fault("no-placement", `${unplaced.length} of ${all} workloads have no place. ${message}`, {
    extra: { unplaced: unplaced.map(({ workload, because, extra }) => ({ workload, because, ...extra })) },
  });
}
