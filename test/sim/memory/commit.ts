import { Fault } from "../../../src/domain/fault.ts";
import type { Plan } from "../../../src/domain/plan.ts";
import type {
  Commit,
  CommitOutcome,
  CommitResult,
  NewEvent,
  Scope,
  Store,
} from "../../../src/store/store.ts";
import { kept, keyOf, newUnitRow, type Tables } from "./tables.ts";

/** The commit: all of it or nothing, against the generation it was decided from. */
export function commits(tables: Tables): Pick<Store, "commit" | "commitMany"> {
  return {
    async commit(scope, commit) {
      const refused = refusal(tables, scope, commit);
      if (refused !== undefined) return refused;
      write(tables, scope, commit);
      return { ok: true };
    },
    async commitMany(scope, list) {
      const outcomes: CommitOutcome[] = [];
      for (const commit of list)
        outcomes.push(await this.commit(scope, commit).catch((error: unknown) => ({ ok: false, error })));
      return outcomes;
    },
  };
}

/** Why nothing is written, or undefined when it may be. Throws what is no conflict. */
function refusal(tables: Tables, scope: Scope, commit: Commit): CommitResult | undefined {
  const key = keyOf(scope, commit.workload.name);
  const { plan, expectedGeneration } = commit;
  const generation = tables.workloads.get(key)?.generation;
  const before = tables.plans.get(plan.id);
  if (before?.committed === true && before.key === key && before.plan.generation === plan.generation)
    return { ok: true };
  const added = new Set(commit.newUnits.map(({ id }) => id));
  const lost = plan.units.some(({ id }) => !added.has(id) && tables.units.get(id)?.state !== "wanted");
  if (generation !== expectedGeneration || lastGeneration(tables, key) >= plan.generation || lost)
    return { ok: false, generation };
  for (const { place } of commit.newUnits)
    if (targetId(tables, scope, place.target ?? "") === undefined)
      throw new Fault(
        "conflict",
        `Target ${place.target ?? "(none)"} is no longer connected: plan again, or connect it.`,
      );
  const used = commit.newUnits.find(({ id }) => tables.units.has(id));
  if (used !== undefined) throw new Error(`unit ${used.id} is in use`);
  if (before?.committed === true) throw new Error(`plan ${plan.id} is committed`);
  if (plan.generation !== lastGeneration(tables, key) + 1) throw new Error("not the next generation");
  return undefined;
}

function write(tables: Tables, scope: Scope, commit: Commit): void {
  const { plan, workload, revision, newUnits, rescaled, override, events, now } = commit;
  const key = keyOf(scope, workload.name);
  for (const [id, row] of tables.plans)
    if (row.key === key && row.committed && ["pending", "progressing", "held"].includes(row.plan.state))
      tables.plans.set(id, { ...row, plan: { ...row.plan, state: "superseded", endedAt: now } });
  tables.plans.set(plan.id, { key, committed: true, plan: kept(plan) });
  const revisions = tables.revisions.get(key) ?? [];
  if (revisions.every(({ hash }) => hash !== revision.hash))
    tables.revisions.set(key, [...revisions, kept(revision)]);
  for (const unit of newUnits)
    tables.units.set(unit.id, newUnitRow(key, unit, targetId(tables, scope, unit.place.target ?? "") ?? ""));
  for (const { id, replicas } of rescaled) {
    const row = tables.units.get(id);
    if (row?.key === key) tables.units.set(id, { ...row, unit: { ...row.unit, replicas } });
  }
  putWorkload(tables, key, commit, plan);
  if (override !== undefined) addOverride(tables, key, override, now);
  appendEvents(tables, key, events);
}

function putWorkload(tables: Tables, key: string, { workload, now }: Commit, plan: Plan): void {
  const before = tables.workloads.get(key);
  const sequences = [before?.sequence, workload.sequence].filter((sequence) => sequence !== undefined);
  tables.workloads.set(key, {
    ...kept(workload),
    id: before?.id ?? workload.id,
    createdAt: before?.createdAt ?? workload.createdAt,
    sequence: sequences.length === 0 ? undefined : Math.max(...sequences),
    generation: plan.generation,
    plan: plan.id,
    state: plan.state,
    updatedAt: now,
    dueAt: now,
    scheduled: before?.scheduled,
    pokedAt: before?.pokedAt,
    leaseUntil: before?.leaseUntil ?? 0,
    fence: before?.fence ?? 0,
  });
}

/** Adds an override and drops the ended ones. */
export function addOverride(
  tables: Tables,
  key: string,
  override: NonNullable<Commit["override"]>,
  now: number,
): void {
  const standing = [...(tables.overrides.get(key) ?? []), kept(override)];
  tables.overrides.set(
    key,
    standing.filter(({ until }) => until === undefined || until > now),
  );
}

/** Appends events, their numbers counting on. */
export function appendEvents(tables: Tables, key: string, events: readonly NewEvent[]): void {
  const before = tables.events.get(key) ?? [];
  const last = before.at(-1)?.seq ?? 0;
  const more = events.map((event, index) => ({ ...kept(event), seq: last + 1 + index }));
  if (more.length > 0) tables.events.set(key, [...before, ...more]);
}

/** The highest generation ever committed under a name. */
export function lastGeneration(tables: Tables, key: string): number {
  const committed = [...tables.plans.values()].filter((row) => row.key === key && row.committed);
  return Math.max(0, ...committed.map(({ plan }) => plan.generation));
}

/** The id of the target a project means by a name: its own before the instance's. */
export function targetId(tables: Tables, scope: Pick<Scope, "project">, name: string): string | undefined {
  const named = [...tables.targets.values()].filter((target) => target.name === name);
  const mine = named.find(({ project }) => project === scope.project);
  return (mine ?? named.find(({ project }) => project === undefined))?.id;
}
