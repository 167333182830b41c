import { describe, expect, test } from "vitest";
import type { Opened } from "../contract.ts";
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
} from "../fixtures.ts";

const LARGE = "ü".repeat(460_000);

export function sizesContract(opened: Opened): void {
  describe("sizes", () => {
    test("lists of 500 travel through every statement", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const ids = Array.from({ length: 500 }, (_, at) => `unit-${at}`);
      const units = ids.map((id) => unitOf(id));
      const events = ids.map(eventOf);
      const commit = commitOf(1, { plan: planOf("large", 1, units), newUnits: units, events });
      expect(await store.commit(SCOPE, commit)).toEqual({ ok: true });
      expect((await store.plan(SCOPE.project, "large"))?.units).toEqual(units);
      expect(await store.events(SCOPE, "web", 499, 500)).toMatchObject([{ seq: 500, type: "unit-499" }]);
      const rescaled = ids.map((id) => ({ id, replicas: { min: 0, max: 9 } }));
      const second = commitOf(2, { plan: planOf("larger", 2, units), rescaled });
      expect(await store.commit(SCOPE, second)).toEqual({ ok: true });
      const claim = await claimed(store);
      const steps = ids.map((id) => ({ id, state: "doomed", because: "too many", appliedAt: NOW }) as const);
      await store.record(claim, { units: steps, observations: ids.map((id) => observationOf(id)), now: NOW });
      const stored = await store.unitsAt("target-home");
      expect(stored).toHaveLength(500);
      expect(new Set(stored.map(({ unit }) => unit.replicas.max))).toEqual(new Set([9]));
      expect(new Set(stored.map(({ state }) => state))).toEqual(new Set(["doomed"]));
      const observations = ids.map((id) => observationOf(id, { ready: 0 }));
      expect(await store.observed("target-home", { complete: true, observations }, NOW)).toBe(500);
      expect(await store.observed("target-home", { complete: true, observations: [] }, NOW + 120_000)).toBe(
        500,
      );
    });

    test("every character comes back as it was, wherever its row stands in a list", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const words = ["ascii", "grüße", "日本", "a😀b", "\u0000 \u001f \u2028", '\\ " \\u0041', "é"];
      const list = words.map((word, at) => {
        const name = `w${at}`;
        const { workload, revision, ...rest } = commitOf(
          1,
          { events: [eventOf(word), eventOf(word)] },
          SCOPE,
          name,
        );
        const document = { [word]: [word, null, 1.5, true] };
        const source = { repo: word, commit: word };
        return { ...rest, workload: { ...workload, document }, revision: { ...revision, document, source } };
      });
      const outcomes = await store.commitMany(SCOPE, list);
      expect(outcomes.every(({ ok }) => ok)).toBe(true);
      for (const { workload, revision, plan, newUnits, events } of list) {
        const { name, document } = workload;
        expect((await store.workload(SCOPE, name))?.document).toEqual(document);
        expect(await store.revisions(SCOPE, name, 5)).toEqual([revision]);
        expect(await store.plan(SCOPE.project, plan.id)).toEqual(plan);
        expect((await store.units(SCOPE, name)).map(({ unit }) => unit)).toEqual(newUnits);
        expect(await store.events(SCOPE, name, 0, 5)).toMatchObject(
          events.map(({ data }, at) => ({ seq: at + 1, data })),
        );
      }
    });

    test("half a surrogate pair is stored as U+FFFD, and whoever reads it lives on", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const half = "half \ud83d of it";
      const commit = commitOf(1, { events: [{ ...eventOf(half), data: { half } }] });
      const document = { half };
      await store.commit(SCOPE, { ...commit, workload: { ...commit.workload, document } });
      const claim = await claimed(store);
      const units = [{ id: "u-p1-web-1", state: "doomed", because: half } as const];
      await store.record(claim, { units, now: NOW });
      const event = { type: half.toWellFormed(), data: { half: half.toWellFormed() } };
      expect(await store.events(SCOPE, "web", 0, 5)).toMatchObject([event]);
      expect(await store.workload(SCOPE, "web")).toMatchObject({ document: { half: half.toWellFormed() } });
      expect(await store.units(SCOPE, "web")).toMatchObject([{ doomedBecause: half.toWellFormed() }]);
    });

    test("lists larger than one parameter travel in several", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const template = unitOf("x").template;
      const units = Array.from({ length: 30 }, (_, at) =>
        unitOf(`unit-${at}`, { template: { ...template, env: { LARGE: LARGE.slice(0, 100_000) } } }),
      );
      const commit = commitOf(1, { plan: planOf("large", 1, units), newUnits: units });
      expect(await store.commit(SCOPE, commit)).toEqual({ ok: true });
      expect((await store.units(SCOPE, "web")).map(({ unit }) => unit)).toHaveLength(30);
    });

    test("events that travel in several lists are numbered in their order, each workload's from one", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const large = { text: LARGE.slice(0, 200_000) };
      const events = ["a", "b", "c", "d", "e"].map((type) => ({ ...eventOf(type), data: large }));
      const names = ["web", "api"];
      await store.commitMany(
        SCOPE,
        names.map((name) => commitOf(1, { events }, SCOPE, name)),
      );
      const numbered = events.map(({ type }, at) => ({ seq: at + 1, type }));
      for (const name of names) {
        const stored = await store.events(SCOPE, name, 0, 10);
        expect(stored.map(({ seq, type }) => ({ seq, type }))).toEqual(numbered);
      }
    });

    test("a row above 900 kB is refused with a sentence, and nothing is written", async () => {
      const { store, dump } = opened();
      const before = await dump();
      const refused = {
        code: "too-large-to-store",
        message: expect.stringMatching(/takes \d+ kB.*smaller\.$/),
      };
      const plan = planOf("large", 1, [], { reason: LARGE });
      const large = commitOf(1);
      const document = { file: LARGE };
      await expect(store.propose(SCOPE, plan)).rejects.toMatchObject(refused);
      await expect(store.commit(SCOPE, { ...large, plan, newUnits: [] })).rejects.toMatchObject(refused);
      const asRevision = { ...large, revision: { ...large.revision, document } };
      await expect(store.commit(SCOPE, asRevision)).rejects.toMatchObject(refused);
      const asWorkload = { ...large, workload: { ...large.workload, document } };
      await expect(store.commit(SCOPE, asWorkload)).rejects.toMatchObject(refused);
      await expect(store.putTarget(targetOf({ config: document }))).rejects.toMatchObject(refused);
      await expect(
        store.appendEvent(SCOPE, "web", { ...eventOf("x"), data: document }),
      ).rejects.toMatchObject(refused);
      expect(await dump()).toEqual(before);
    });

    test("a container's endless words are cut, never refused: they must not stop the loop", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      await store.commit(SCOPE, commitOf(1));
      const claim = await claimed(store);
      const lines = Array.from({ length: 5_000 }, (_, at) => `${at} ${LARGE.slice(0, 3_000)}`);
      const seen = observationOf("u-p1-web-1", { lastLines: lines, reason: LARGE });
      const setback = { kind: "bug", message: LARGE, attempts: 1 } as const;
      const plan = { id: claim.plan.id, state: "failed", reason: LARGE, logTail: lines } as const;
      const units = [{ id: "u-p1-web-1", setback, probe: { ok: false, at: NOW, reason: LARGE } }];
      expect(await store.record(claim, { observations: [seen], units, plan, now: NOW })).toBe(true);
      const kept = (await store.plan(SCOPE.project, claim.plan.id))?.logTail ?? [];
      expect(kept.at(-1)?.startsWith("4999 ")).toBe(true);
      expect(JSON.stringify(kept).length).toBeLessThan(100_000);
    });
  });
}
