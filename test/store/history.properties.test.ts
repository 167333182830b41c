import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { HISTORY_PARTS } from "../../src/store/history-store.ts";
import { openLibsqlStore } from "../../src/store/libsql.ts";
import type { Plan, Unit } from "../../src/domain/plan.ts";
import type { Claim, Store } from "../../src/store/store.ts";
import {
  claimed,
  commitOf,
  eventOf,
  NOW,
  observationOf,
  planOf,
  SCOPE,
  targetOf,
  unitOf,
} from "./fixtures.ts";
import { migratedFile } from "./migrated-file.ts";

const DAY_MS = 86_400_000;
/** What is older goes. Some things below happen within it, some long after. */
const KEEP_MS = 30 * DAY_MS;
const NAMES = ["api", "web"] as const;

/** One thing that happens to a workload, and how many days pass until the next. */
const happening = fc.record({
  name: fc.constantFrom(...NAMES),
  what: fc.constantFrom("new", "new", "keep", "failover", "fail", "hold", "show", "remove"),
  /** Whether what it replaced is already gone, or still on its way out. */
  gone: fc.boolean(),
  days: fc.constantFrom(0, 1, 20, 45),
});
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;

test("whatever happened, all that the present reads is read alike with and without what is forgotten", async () => {
  const folder = await mkdtemp(join(tmpdir(), "berth-history-"));
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 16 }), async (story) => {
        const forgets = await opened(await mkdtemp(join(folder, "a-")));
        const keeps = await opened(await mkdtemp(join(folder, "b-")));
        const [one, other] = [new Life(forgets.store), new Life(keeps.store)];
        for (const moment of story) {
          await one.live(moment);
          await other.live(moment);
          await forget(forgets.store, one.now - KEEP_MS);
          expect(await present(forgets.store, one.now)).toEqual(await present(keeps.store, other.now));
        }
        await ends(one, forgets.store);
        await forgets.close();
        await keeps.close();
      }),
      { numRuns: 5 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function opened(folder: string) {
  const open = await openLibsqlStore({ url: await migratedFile(folder) });
  await open.store.putTarget(targetOf());
  return open;
}

async function forget(store: Store, before: number): Promise<void> {
  for (const part of HISTORY_PARTS) while (!(await store.forget(part, before, 3)).isThrough) continue;
}

/** As often as it takes: the last plan of a name waits for those before it. */
async function forgetAll(store: Store, before: number): Promise<void> {
  for (let pass = 0; pass < 3; pass += 1) await forget(store, before);
}

/** Once everything is removed and old, nothing is left of it but where numbers go on. */
async function ends(life: Life, store: Store): Promise<void> {
  for (const name of NAMES) await life.live({ name, what: "remove", gone: true, days: 45 });
  await forgetAll(store, life.now + KEEP_MS);
  for (const name of NAMES) {
    expect(await store.plans(SCOPE, name, 100)).toEqual([]);
    expect((await store.unitIds(SCOPE, name)).size).toBe(0);
    expect(await store.revisions(SCOPE, name, 100)).toEqual([]);
    expect((await store.events(SCOPE, name, 0, 100)).length).toBeLessThanOrEqual(1);
  }
}

/** What is asked of a store today. */
async function present(store: Store, now: number) {
  const of = async (name: string) => {
    const workload = await store.workload(SCOPE, name);
    const { firstAttempt: _spent, ...row } = workload ?? {};
    const line: (Plan | undefined)[] = [];
    for (let id = workload?.plan; id !== undefined;) {
      const plan = await store.plan(SCOPE.project, id);
      line.push(plan);
      id = line.length === 1 || plan?.trigger === "failover" ? plan?.parent : undefined;
    }
    const inForce = line[0];
    const newest = (await store.events(SCOPE, name, 0, 100)).at(-1)?.seq;
    return {
      row,
      line,
      newest,
      units: await store.units(SCOPE, name),
      held: await store.heldPlan(SCOPE, name),
      revision: inForce && (await store.revision(SCOPE, name, inForce.revision)),
      // Its own: those of one before it of the same name went with that.
      revisions: (await store.revisions(SCOPE, name, 100)).filter(
        ({ createdAt }) => createdAt >= (workload?.createdAt ?? Number.POSITIVE_INFINITY),
      ),
      last: workload && (await store.lastGeneration(SCOPE, name)),
      recent: (await store.plans(SCOPE, name, 100)).filter(({ createdAt }) => createdAt > now - KEEP_MS),
      events: (await store.events(SCOPE, name, 0, 100)).filter(({ at }) => at > now - KEEP_MS),
    };
  };
  return [await of("api"), await of("web")];
}

/** Makes things happen to a store; of two stores the same. */
class Life {
  readonly #store: Store;
  now = NOW;
  #count = 0;
  #births = 0;
  constructor(store: Store) {
    this.#store = store;
  }

  async live({ name, what, gone, days }: Happening): Promise<void> {
    this.#count += 1;
    if (what === "hold" || what === "show") await this.#wait(name, what);
    else if (what === "remove") await this.#remove(name);
    else await this.#deploy(name, what, gone);
    this.now += days * DAY_MS + 1;
  }

  async #deploy(name: string, what: "new" | "keep" | "failover" | "fail", gone: boolean): Promise<void> {
    const workload = await this.#store.workload(SCOPE, name);
    const generation = await this.#next(name);
    const stand = (await this.#store.units(SCOPE, name)).filter(({ state }) => state === "wanted");
    const kept = what === "keep" ? stand.map(({ unit }) => unit) : [];
    const units = kept.length > 0 ? kept : [this.#unit(name, generation)];
    const before = workload && (await this.#store.plan(SCOPE.project, workload.plan));
    const parent = before?.state === "ready" ? before.id : before?.parent;
    const trigger = what === "failover" ? "failover" : "deploy";
    await this.#commit(name, generation, units, kept, { trigger, parent });
    const claim = await this.#claim(name);
    const others = claim.units.filter(({ unit }) => !units.some(({ id }) => id === unit.id));
    if (what === "fail" && claim.parent !== undefined && workload !== undefined)
      await this.#store.record(claim, {
        units: units.map(({ id }) => ({ id, state: "gone", because: "it failed" }) as const),
        plan: { id: claim.plan.id, state: "rolled-back" },
        restorePlan: claim.parent.id,
        release: true,
        now: this.now,
      });
    else
      await this.#store.record(claim, {
        observations: units.map(({ id }) => observationOf(id)),
        units: others.map(
          ({ unit }) => ({ id: unit.id, state: gone ? "gone" : "doomed", because: "old" }) as const,
        ),
        plan: { id: claim.plan.id, state: "ready" },
        release: true,
        now: this.now,
      });
  }

  async #remove(name: string): Promise<void> {
    if ((await this.#store.workload(SCOPE, name)) === undefined) return;
    const generation = (await this.#store.lastGeneration(SCOPE, name)) + 1;
    await this.#commit(name, generation, [], [], { trigger: "destroy" });
    const claim = await this.#claim(name);
    const gone = claim.units.map(({ unit }) => ({ id: unit.id, state: "gone", because: "removed" }) as const);
    await this.#store.record(claim, {
      units: gone,
      plan: { id: claim.plan.id, state: "ready" },
      now: this.now,
    });
    await this.#store.record(claim, { removeWorkload: true, now: this.now });
  }

  async #wait(name: string, what: "hold" | "show"): Promise<void> {
    const generation = await this.#next(name);
    const said = {
      workload: name,
      createdAt: this.now,
      state: what === "hold" ? "held" : "proposed",
    } as const;
    const plan = planOf(`plan-${this.#count}`, generation, [], said);
    if (what === "show") await this.#store.propose(SCOPE, plan);
    else await this.#store.holdPlan(SCOPE, plan, this.now + 900 * DAY_MS, []);
  }

  /** The number of the next plan. A name of which nothing is left begins anew, with its numbers: in both stores, then. */
  async #next(name: string): Promise<number> {
    const workload = await this.#store.workload(SCOPE, name);
    if (workload === undefined) await forgetAll(this.#store, this.now - KEEP_MS);
    return (await this.#store.lastGeneration(SCOPE, name)) + 1;
  }

  #unit(name: string, birth: number): Unit {
    this.#births += 1;
    return unitOf(`u-${this.#births}`, { workload: name, birth, attempt: this.#births });
  }

  async #commit(
    name: string,
    generation: number,
    units: readonly Unit[],
    kept: readonly Unit[],
    over: Partial<Plan>,
  ) {
    const now = this.now;
    const revision = `r${this.#count}`;
    const plain = commitOf(generation, {}, SCOPE, name);
    const plan = planOf(`plan-${this.#count}`, generation, units, {
      ...over,
      workload: name,
      revision,
      createdAt: now,
    });
    const stands = (await this.#store.workload(SCOPE, name)) !== undefined;
    const result = await this.#store.commit(SCOPE, {
      ...plain,
      plan,
      expectedGeneration: stands ? generation - 1 : undefined,
      workload: { ...plain.workload, revision, createdAt: now },
      revision: { ...plain.revision, hash: revision, number: this.#count, createdAt: now },
      newUnits: units.filter((unit) => !kept.includes(unit)),
      events: [{ ...eventOf("deployed"), at: now }],
      now,
    });
    expect(result).toEqual({ ok: true });
  }

  async #claim(name: string): Promise<Claim> {
    const claim = await claimed(this.#store, this.now);
    expect(claim.workload.name).toBe(name);
    return claim;
  }
}
