import { describe, expect, test } from "vitest";
import type { Unit } from "../../../src/domain/plan.ts";
import type { Commit, Scope } from "../../../src/store/store.ts";
import type { Opened } from "../contract.ts";
import {
  claimed,
  commitOf,
  eventOf,
  NOW,
  OTHER,
  planOf,
  SCOPE,
  targetOf,
  unitOf,
  withWorkload,
} from "../fixtures.ts";

export function commitManyContract(opened: Opened): void {
  describe("many commits at once", () => {
    test("write exactly what they write one by one", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.commit(OTHER, first("web"));
      const list = [second(), first("a"), first("b")];
      await store.commitMany(SCOPE, list);
      for (const commit of list) await store.commit(OTHER, commit);
      expect(await read(store, SCOPE)).toEqual(await read(store, OTHER));
    });

    test("a loser writes nothing, is told so, and the others are written", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      const loser = commitOf(2, { expectedGeneration: undefined, plan: planOf("loser", 2, []) });
      const outcomes = await store.commitMany(SCOPE, [first("a"), loser, first("b")]);
      expect(outcomes).toEqual([{ ok: true }, { ok: false, generation: 1 }, { ok: true }]);
      expect(JSON.stringify(await dump())).not.toContain("loser");
      expect((await store.workloads(SCOPE, { limit: 10 })).map(({ name }) => name)).toEqual([
        "a",
        "b",
        "web",
      ]);
    });

    test("one that keeps a unit doomed meanwhile is a conflict, and sinks no other", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      const kept = claim.plan.units;
      await store.record(claim, { units: [{ id: kept[0]?.id ?? "", state: "doomed" }], now: NOW });
      const outcomes = await store.commitMany(SCOPE, [
        commitOf(2, { plan: planOf("p", 2, kept) }),
        first("a"),
      ]);
      expect(outcomes).toEqual([{ ok: false, generation: 1 }, { ok: true }]);
    });

    test("one that is refused gets the error that a commit alone would have thrown", async () => {
      const { store } = opened();
      await withWorkload(store);
      const nowhere = unitOf("u-lost", {
        workload: "lost",
        place: { provider: "ecs", target: "nowhere", region: "eu-west-1" },
      });
      const lost = commitOf(
        1,
        { plan: planOf("lost", 1, [nowhere], { workload: "lost" }), newUnits: [nowhere] },
        SCOPE,
        "lost",
      );
      const spent = commitOf(2, { plan: planOf("p", 2, [again]), newUnits: [again] });
      const outcomes = await store.commitMany(SCOPE, [lost, first("a"), spent, first("b")]);
      expect(outcomes).toMatchObject([
        { ok: false, error: { code: "conflict", message: expect.stringContaining("nowhere") } },
        { ok: true },
        { ok: false, error: expect.any(Error) },
        { ok: true },
      ]);
      expect(await store.workload(SCOPE, "lost")).toBeUndefined();
      expect(await store.lastGeneration(SCOPE, "web")).toBe(1);
    });

    test("of two lists at once every workload is committed by exactly one", async () => {
      const { store, second: other, dump } = opened();
      await store.putTarget(targetOf());
      const names = ["a", "b", "c", "d", "e"];
      const list = (writer: string): readonly Commit[] =>
        names.map((name) => {
          const plan = planOf(`${writer}-${name}`, 1, [], { workload: name });
          return commitOf(1, { plan, events: [eventOf(writer)] }, SCOPE, name);
        });
      const [mine, theirs] = await Promise.all([
        store.commitMany(SCOPE, list("mine")),
        other.commitMany(SCOPE, list("theirs").toReversed()),
      ]);
      const won = [...mine, ...theirs].filter(({ ok }) => ok);
      expect(won).toHaveLength(names.length);
      expect((await dump())["plans"]).toHaveLength(names.length);
      for (const [at, outcome] of mine.entries()) {
        const [event] = await store.events(SCOPE, names[at] ?? "", 0, 10);
        expect(event?.type).toBe(outcome.ok ? "mine" : "theirs");
      }
    });

    test("the same list again, its answer having been lost, is well and writes nothing", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      await store.commitMany(SCOPE, [first("a"), first("b")]);
      const before = await dump();
      expect(await store.commitMany(SCOPE, [first("a"), first("b")])).toEqual([{ ok: true }, { ok: true }]);
      expect(await dump()).toEqual(before);
    });

    test("five hundred go at once, and one more is refused before anything is written", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const list = Array.from({ length: 501 }, (_, at) => first(`w${at}`));
      await expect(store.commitMany(SCOPE, list)).rejects.toThrow("more than 500");
      expect(await store.lastGeneration(SCOPE, "w0")).toBe(0);
      const outcomes = await store.commitMany(SCOPE, list.slice(1));
      expect(outcomes.every(({ ok }) => ok)).toBe(true);
      expect(await store.units(SCOPE, "w500")).toHaveLength(1);
    });

    test("two for one workload are refused before anything is written", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const twice = [first("a"), commitOf(1, { plan: planOf("other", 1, []) }, SCOPE, "a")];
      await expect(store.commitMany(SCOPE, twice)).rejects.toThrow("two commits of one workload");
      expect(await store.lastGeneration(SCOPE, "a")).toBe(0);
    });

    test("none is nothing", async () => {
      expect(await opened().store.commitMany(SCOPE, [])).toEqual([]);
    });
  });
}

const first = (name: string): Commit => commitOf(1, {}, SCOPE, name);
/** The id of this unit is in use once `withWorkload` has run. */
const again = unitOf("u-p1-web-1");

/** Generation 2 of `web`, with everything a commit can hold: a kept unit rescaled, a new one, an override and two events. */
function second(): Commit {
  const added = unitOf("u-added");
  return commitOf(2, {
    plan: planOf("second", 2, [again, added]),
    newUnits: [added],
    rescaled: [{ id: again.id, replicas: { min: 2, max: 5 } }],
    override: { pin: { region: "eu-west-1" }, reason: "incident", actor: "op", createdAt: NOW },
    events: [eventOf("deployed"), eventOf("pinned")],
    now: NOW + 5,
  });
}

async function read(store: ReturnType<Opened>["store"], scope: Scope) {
  return await Promise.all(
    ["web", "a", "b"].map(async (name) => ({
      workload: { ...(await store.workload(scope, name)), project: "" },
      plans: (await store.plans(scope, name, 10)).map((plan) => ({
        ...plan,
        project: "",
        units: unscoped(plan.units),
      })),
      units: (await store.units(scope, name)).map((one) => ({ ...one, unit: unscoped([one.unit])[0] })),
      revisions: await store.revisions(scope, name, 10),
      overrides: await store.overrides(scope, name, NOW),
      events: await store.events(scope, name, 0, 10),
    })),
  );
}

const unscoped = (units: readonly Unit[]) => units.map((unit) => ({ ...unit, project: "" }));
