import { describe, expect, test } from "vitest";
import type { WorkloadQuery } from "../../../src/store/store.ts";
import type { Opened } from "../contract.ts";
import { claimed, commitOf, NOW, planOf, SCOPE, targetOf, unitOf } from "../fixtures.ts";

export function readsContract(opened: Opened): void {
  describe("lists", () => {
    test.each<[string, Omit<WorkloadQuery, "limit">, readonly string[]]>([
      ["everything, by name", {}, ["api", "db", "web"]],
      ["from a name on", { after: "api" }, ["db", "web"]],
      ["by a label", { labels: { team: "shop" } }, ["api", "web"]],
      ["by several labels", { labels: { team: "shop", 'odd."key"': "1" } }, ["web"]],
      ["by a label nobody has", { labels: { team: "none" } }, []],
      ["by target", { target: "away" }, ["db"]],
      ["by provider and region", { provider: "ecs", region: "eu-west-1" }, ["api", "web"]],
      ["by a region of another provider", { provider: "aci", region: "eu-west-1" }, []],
      ["by state", { state: "ready" }, ["api"]],
    ])("workloads can be listed: %s", async (_what, query, expected) => {
      const { store } = opened();
      await store.putTarget(targetOf());
      await store.putTarget(targetOf({ id: "target-away", name: "away" }));
      const place = { provider: "aci", target: "away", region: "westeurope" } as const;
      await commitNamed(opened, "api", {}, { team: "shop" });
      const claim = await claimed(store);
      await store.record(claim, { plan: { id: claim.plan.id, state: "ready" }, release: true, now: NOW });
      await commitNamed(opened, "db", { place }, { team: "data" });
      await commitNamed(opened, "web", {}, { team: "shop", 'odd."key"': "1" });
      const found = await store.workloads(SCOPE, { ...query, limit: 10 });
      expect(found.map(({ name }) => name)).toEqual(expected);
      const pages = await store.workloads(SCOPE, { limit: 1 });
      expect(pages.map(({ name }) => name)).toEqual(["api"]);
    });

    test("overrides hold until their time, oldest first, and can be cleared", async () => {
      const { store } = opened();
      const override = (reason: string, until?: number) => ({ reason, until, actor: "op", createdAt: NOW });
      await store.putOverride(SCOPE, "web", override("first"));
      await store.putOverride(SCOPE, "web", override("second", NOW + 10));
      const reasons = async (now: number) =>
        (await store.overrides(SCOPE, "web", now)).map(({ reason }) => reason);
      expect(await reasons(NOW + 9)).toEqual(["first", "second"]);
      expect(await reasons(NOW + 10)).toEqual(["first"]);
      await store.clearOverrides(SCOPE, "web");
      expect(await reasons(NOW)).toEqual([]);
    });

    test("of many proposals the newest are kept", async () => {
      const { store, dump } = opened();
      for (let at = 0; at < 103; at += 1)
        await store.propose(SCOPE, planOf(`dry-${at}`, 1, [], { state: "proposed", createdAt: NOW + at }));
      expect((await dump())["plans"]).toHaveLength(100);
      expect(await store.plan(SCOPE.project, "dry-2")).toBeUndefined();
      expect(await store.plan(SCOPE.project, "dry-3")).toBeDefined();
    });
  });
}

async function commitNamed(
  opened: Opened,
  name: string,
  unit: Parameters<typeof unitOf>[1],
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const only = unitOf(`u-${name}`, { ...unit, workload: name });
  const base = commitOf(1, {}, SCOPE, name);
  const plan = planOf(`plan-${name}`, 1, [only], { workload: name });
  await opened().store.commit(SCOPE, {
    ...base,
    plan,
    newUnits: [only],
    workload: { ...base.workload, labels },
  });
}
