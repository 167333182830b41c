import type { Claim, Commit, Progress, Store, StoredUnit } from "../../src/store/store.ts";
import type { World } from "./world.ts";

type State = "wanted" | "doomed" | "gone";

/** What has really been written, noted beneath every fault: one-way states, and each plan's course in the trace. */
export class Ledger {
  #entries = new Map<string, State>();
  #kept = new Map<string, State>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The state of a unit's row; undefined for one that has none. */
  stateOf(unit: string): State | undefined {
    return this.#entries.get(unit);
  }

  /** The same store; whatever it writes of units and plans is noted. */
  over(store: Store): Store {
    return {
      ...store,
      commit: async (scope, commit) => {
        const result = await store.commit(scope, commit);
        if (result.ok) this.#committed(commit);
        return result;
      },
      recordRun: async (claim, progress) => {
        const written = await store.recordRun(claim, progress);
        if (written) for (const { id } of progress.placed?.newUnits ?? []) this.#isNew(id);
        return written;
      },
      record: async (claim, progress) => {
        const written = await store.record(claim, progress);
        if (written) this.#recorded(claim, progress);
        return written;
      },
    };
  }

  /** Remember this moment, as a backup of the database does. */
  keep(): void {
    this.#kept = new Map(this.#entries);
  }

  /** Back to the moment that was kept. */
  restore(): void {
    this.#entries = new Map(this.#kept);
  }

  #committed({ plan, newUnits }: Commit): void {
    const units = plan.units.map((unit) => `${unit.name}@${unit.place.target ?? ""}x${unit.replicas.min}`);
    this.#world.note(
      `plan ${plan.workload} ${plan.generation} ${plan.trigger}: ${units.join(" ") || "nothing"}`,
    );
    for (const { id } of newUnits) this.#isNew(id);
  }

  #isNew(id: string): void {
    if (!this.#entries.has(id)) this.#entries.set(id, "wanted");
  }

  #recorded(claim: Claim, progress: Progress): void {
    const world = this.#world;
    const { plan } = progress;
    if (plan !== undefined)
      world.note(
        `plan ${claim.workload.name} ${claim.plan.generation} is ${plan.state}: ${plan.reason ?? ""}`,
      );
    for (const { id, state, because } of progress.units ?? []) {
      const before = this.#entries.get(id);
      if (state === undefined || before === undefined || before === "gone") continue;
      if (before === "wanted") this.#left(claim, id, because);
      this.#entries.set(id, state);
    }
  }

  // A unit is let go for a reason, and for that of being replaced only while everything that replaces it is really up.
  #left(claim: Claim, id: string, because: string | undefined): void {
    const world = this.#world;
    world.note(`doomed ${id} of ${claim.workload.name}: ${because ?? ""}`);
    if (because === undefined || because === "") world.violated(`${id} was doomed without a reason`);
    if (because !== "replaced" || claim.plan.state === "failed") return;
    const resources = world.truth.resources();
    const lost = isKnownToServe(claim.units.find(({ unit }) => unit.id === id));
    const missing = claim.plan.units.filter(
      (unit) =>
        unit.place.host === undefined &&
        !resources.some((there) => there.unit === unit.id && there.up >= unit.replicas.min),
    );
    if (lost && missing.length > 0) world.violated(`${id} was let go before ${missing[0]?.id} was up`);
  }
}

// What the broker does not know to be up cannot be held against it.
function isKnownToServe(stored: StoredUnit | undefined): boolean {
  if (stored?.observation?.phase !== "ready") return false;
  return stored.unit.template.route === undefined || stored.probe?.ok === true;
}
