import { Fault } from "../domain/fault.ts";
import type { Plan, Unit } from "../domain/plan.ts";
import type { Scope, Store, StoredUnit, Workload } from "../store/store.ts";

/** What a new plan is made against: the workload as it stands, the plan in force, its units, every id ever used. */
export interface Lineage {
  readonly workload: Workload | undefined;
  readonly inForce: Plan | undefined;
  /** The plan to go back to if the new one fails: the last one that was ready. */
  readonly parent: Plan | undefined;
  readonly units: readonly StoredUnit[];
  readonly usedIds: ReadonlySet<string>;
  /** Number of the last plan ever committed under this name, 0 for none. */
  readonly lastGeneration: number;
}

/** Reads that a commit came between start over this often before that is called a conflict. */
const MAX_READS = 5;

/**
 * Read the lineage of a workload, all of it as of one generation; for one that does not exist (any more) only the spent ids and
 * the last number. Throws `generation-conflict` when commits come faster than it can be read.
 */
export async function readLineage(store: Store, scope: Scope, name: string): Promise<Lineage> {
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const lastGeneration = await store.lastGeneration(scope, name);
    // Before the workload: an id that is forgotten in between is then in this list, and not only below the workload's first attempt.
    const usedIds = await store.unitIds(scope, name);
    const [workload, units] = await Promise.all([store.workload(scope, name), store.units(scope, name)]);
    const inForce = workload === undefined ? undefined : await store.plan(scope.project, workload.plan);
    const parent = await parentOf(store, scope, inForce);
    // Units of one plan beside the row of the next would stop the wrong ones, or give an id twice.
    if ((await store.lastGeneration(scope, name)) === lastGeneration)
      return { workload, inForce, parent, units, usedIds, lastGeneration };
  }
  throw new Fault("generation-conflict", `${name} changes faster than it can be read; try again.`);
}

// A plan that never became ready is no plan to go back to; the one it would have gone back to is.
async function parentOf(store: Store, scope: Scope, inForce: Plan | undefined): Promise<Plan | undefined> {
  if (inForce === undefined || inForce.state === "ready") return inForce;
  return inForce.parent === undefined ? undefined : store.plan(scope.project, inForce.parent);
}

/** Units that stand and are not on their way out. */
export function wantedUnits(lineage: Lineage): readonly Unit[] {
  return lineage.units.filter((stored) => stored.state === "wanted").map((stored) => stored.unit);
}

/** Units a new plan may keep: wanted, and not known to have failed for good. */
export function standingUnits(lineage: Lineage): readonly Unit[] {
  return lineage.units
    .filter((stored) => stored.state === "wanted" && stored.observation?.phase !== "failed")
    .map((stored) => stored.unit);
}

/** The document of the revision in force: what runs now, which after a rollback is not what was asked last. */
export async function documentInForce(store: Store, scope: Scope, lineage: Lineage): Promise<unknown> {
  const { workload, inForce } = lineage;
  if (workload === undefined || inForce === undefined) return undefined;
  const revision = await store.revision(scope, workload.name, inForce.revision);
  return revision?.document ?? workload.document;
}
