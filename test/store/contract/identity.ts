import { describe, expect, test } from "vitest";
import type { AgentReport } from "../../../src/domain/agent.ts";
import type { Token } from "../../../src/store/instance.ts";
import type { Opened } from "../contract.ts";
import { claimed, NOW, OTHER, SCOPE, targetOf, withWorkload } from "../fixtures.ts";

export function identityContract(opened: Opened): void {
  describe("the installation", () => {
    test("has one id, whoever asks first, and an epoch that only rises", async () => {
      const { store, second } = opened();
      const [a, b] = await Promise.all([store.installation(NOW), second.installation(NOW + 1)]);
      expect(a).toEqual(b);
      expect(await second.raiseEpoch()).toEqual({ ...a, epoch: a.epoch + 1 });
      expect(await store.installation(NOW + 2)).toEqual({ ...a, epoch: a.epoch + 1 });
    });

    test("a project's name and id are taken once, and an id is found before a name", async () => {
      const { store } = opened();
      const project = { id: "p1", name: "shop", labels: { tier: "1" }, createdAt: NOW };
      expect(await store.createProject(project)).toBe(true);
      expect(await store.createProject({ ...project, id: "p2" })).toBe(false);
      expect(await store.createProject({ ...project, id: "p3", name: "p1" })).toBe(true);
      expect(await store.project("p1")).toEqual(project);
      expect(await store.project("shop")).toEqual(project);
      expect((await store.projects()).map(({ id }) => id)).toEqual(["p3", "p1"]);
    });

    test("an environment in which a workload lives is not deleted", async () => {
      const { store } = opened();
      const environment = {
        name: "production",
        class: "production",
        protected: true,
        labels: {},
        createdAt: NOW,
      } as const;
      await store.putEnvironment("p1", environment);
      await store.putEnvironment("p1", { ...environment, ttlHours: 3 });
      expect(await store.environments("p1")).toEqual([{ ...environment, ttlHours: 3 }]);
      expect(await store.environment("p2", "production")).toBeUndefined();
      await withWorkload(store);
      expect(await store.deleteEnvironment("p1", "production")).toBe(false);
      const claim = await claimed(store);
      const gone = { id: "u-p1-web-1", state: "gone" } as const;
      await store.record(claim, { units: [gone], removeWorkload: true, now: NOW });
      expect(await store.deleteEnvironment("p1", "production")).toBe(true);
      expect(await store.environment("p1", "production")).toBeUndefined();
    });
  });

  describe("tokens", () => {
    test("are found by hash, and revoked once and only by their owner", async () => {
      const { store } = opened();
      const token: Token = {
        id: "t",
        hash: "h",
        name: "ci",
        project: "p1",
        scopes: ["deploy"],
        createdAt: NOW,
      };
      await store.insertToken(token);
      await store.insertToken({ ...token, id: "a", hash: "h2", project: undefined });
      expect(await store.tokenByHash("h")).toEqual(token);
      expect([await store.tokens("p1"), await store.tokens(undefined)].map((list) => list.length)).toEqual([
        1, 1,
      ]);
      expect(await store.revokeToken("p2", "t", NOW)).toBe(false);
      expect(await store.revokeToken(undefined, "t", NOW)).toBe(false);
      expect(await store.revokeToken("p1", "t", NOW)).toBe(true);
      expect(await store.revokeToken("p1", "t", NOW + 1)).toBe(true);
      expect((await store.tokenByHash("h"))?.revokedAt).toBe(NOW);
    });
  });

  describe("targets", () => {
    test("change only over the version that was read", async () => {
      const { store, second } = opened();
      expect((await store.putTarget(targetOf(), 0))?.version).toBe(1);
      expect(await store.putTarget(targetOf({ id: "other" }), 0)).toBeUndefined();
      const writes = await Promise.all(
        [store, second].map((it, n) => it.putTarget(targetOf({ config: { n } }), 1)),
      );
      expect(writes.filter((it) => it?.version === 2)).toHaveLength(1);
      expect(await store.putTarget(targetOf({ id: "other" }))).toMatchObject({
        id: "target-home",
        version: 3,
      });
      expect(await store.putTarget(targetOf({ name: "none" }), 4)).toBeUndefined();
    });

    test("a project sees its own before the instance's of the same name, and never another project's", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      await store.putTarget(targetOf({ id: "mine", project: "p1" }));
      await store.putTarget(targetOf({ id: "theirs", project: "p2", name: "private" }));
      expect((await store.targets("p1")).map(({ id }) => id)).toEqual(["mine", "target-home"]);
      expect((await store.target("p1", "home"))?.id).toBe("mine");
      expect((await store.target("p2", "home"))?.id).toBe("target-home");
      expect(await store.target("p1", "private")).toBeUndefined();
      expect((await store.targetById("theirs"))?.name).toBe("private");
      expect(await store.allTargets()).toHaveLength(3);
    });

    test("one that holds a unit is not deleted, and nobody deletes another's", async () => {
      const { store } = opened();
      await withWorkload(store);
      expect(await store.deleteTarget(SCOPE.project, "home")).toBe("absent");
      expect(await store.deleteTarget(undefined, "home")).toBe("in-use");
      const gone = { id: "u-p1-web-1", state: "gone" } as const;
      await store.record(await claimed(store), { units: [gone], now: NOW });
      expect(await store.deleteTarget(undefined, "home")).toBe("deleted");
      expect(await store.deleteTarget(undefined, "home")).toBe("absent");
    });
  });

  describe("agents", () => {
    const token = { hash: "h", project: "p1", pool: "home", createdAt: NOW, expiresAt: NOW + 10 };
    const agent = (id: string) => ({ id, name: "pi", publicKey: "key", joinedAt: NOW });

    test("a join token makes one agent, however many ask at once", async () => {
      const { store, second, dump } = opened();
      await store.insertJoinToken(token);
      const joins = await Promise.all(
        ["a", "b", "c", "d"].map((id, at) => (at % 2 === 0 ? store : second).joinAgent("h", agent(id), NOW)),
      );
      const joined = joins.filter((it) => it !== undefined);
      expect(joined).toMatchObject([{ project: "p1", pool: "home", name: "pi" }]);
      expect((await dump())["agents"]).toHaveLength(1);
      expect(await store.agent(joined[0]?.id ?? "")).toEqual(joined[0]);
    });

    test("an expired, unknown or otherwise named one makes none and is not spent", async () => {
      const { store } = opened();
      await store.insertJoinToken({ ...token, agentName: "pi" });
      expect(await store.joinAgent("h", agent("a"), NOW + 10)).toBeUndefined();
      expect(await store.joinAgent("other", agent("a"), NOW)).toBeUndefined();
      expect(await store.joinAgent("h", { ...agent("a"), name: "other" }, NOW)).toBeUndefined();
      expect(await store.agents("p1")).toEqual([]);
      expect(await store.joinAgent("h", agent("a"), NOW)).toBeDefined();
    });

    test("the newest report counts, and an agent is listed and removed by its own project", async () => {
      const { store } = opened();
      await store.insertJoinToken(token);
      await store.joinAgent("h", agent("a"), NOW);
      const report: AgentReport = {
        seenAt: NOW + 5,
        capacity: { milliCpu: 1_000, memoryMiB: 1_024 },
        arch: "arm64",
        labels: {},
        engine: "podman",
        version: "1",
        engineOk: true,
        guard: { registries: [] },
        epoch: 1,
      };
      await store.touchAgent("a", report);
      await store.touchAgent("a", { ...report, seenAt: NOW, engineOk: false });
      expect((await store.agents("p1", "home"))[0]?.report).toEqual(report);
      expect(await store.agents("p1", "away")).toEqual([]);
      expect(await store.agents(OTHER.project)).toEqual([]);
      expect(await store.removeAgent(OTHER.project, "a")).toBe(false);
      expect(await store.removeAgent("p1", "a")).toBe(true);
      expect(await store.agent("a")).toBeUndefined();
    });
  });
}
