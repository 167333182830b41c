import { describe, expect, test } from "vitest";
import type { PolicyStore } from "../../../src/store/policy-store.ts";
import type { Opened } from "../contract.ts";
import { NOW } from "../fixtures.ts";

type New = Parameters<PolicyStore["putPolicy"]>[0];

function aPolicy(changes: Partial<New> = {}): New {
  return {
    owner: "prj_a",
    name: "shop",
    hash: "one",
    document: { spot: "forbid" },
    actor: "token:ci",
    createdAt: NOW,
    ...changes,
  };
}

export function policiesContract(opened: Opened): void {
  describe("policies", () => {
    test("versions count from one, the last is in force, and each can still be read", async () => {
      const { store, second } = opened();
      expect(await store.policy("prj_a", "shop")).toBeUndefined();
      const first = await store.putPolicy(aPolicy(), undefined);
      const next = await second.putPolicy(aPolicy({ hash: "two", document: { spot: "allow" } }), undefined);
      expect([first?.version, next?.version]).toEqual([1, 2]);
      expect(await store.policy("prj_a", "shop")).toEqual(next);
      expect(await store.policy("prj_a", "shop", 1)).toEqual(first);
      expect(await store.policies(["prj_a"])).toEqual([next]);
    });

    test("a project sees its own and those asked for, no other's", async () => {
      const { store } = opened();
      const mine = await store.putPolicy(aPolicy(), undefined);
      const shared = await store.putPolicy(aPolicy({ owner: "instance", name: "residency" }), undefined);
      await store.putPolicy(aPolicy({ owner: "prj_b" }), undefined);
      expect(await store.policies(["prj_a", "instance"])).toEqual([shared, mine]);
      expect(await store.policies([])).toEqual([]);
      expect(await store.policy("prj_a", "residency")).toBeUndefined();
    });

    test("a write over another version than the one named writes nothing", async () => {
      const { store } = opened();
      expect(await store.putPolicy(aPolicy(), 1)).toBeUndefined();
      expect((await store.putPolicy(aPolicy(), 0))?.version).toBe(1);
      expect(await store.putPolicy(aPolicy({ hash: "two" }), 0)).toBeUndefined();
      expect((await store.putPolicy(aPolicy({ hash: "two" }), 1))?.version).toBe(2);
      expect((await store.policy("prj_a", "shop"))?.hash).toBe("two");
    });

    test("of two that write over one version exactly one does", async () => {
      const { store, second } = opened();
      await store.putPolicy(aPolicy(), undefined);
      const both = await Promise.all([
        store.putPolicy(aPolicy({ hash: "a" }), 1),
        second.putPolicy(aPolicy({ hash: "b" }), 1),
      ]);
      expect(both.filter((one) => one !== undefined)).toHaveLength(1);
      expect((await store.policy("prj_a", "shop"))?.version).toBe(2);
    });

    test("a removed policy is out of force, its versions stay, and its number goes on", async () => {
      const { store } = opened();
      const gone = { owner: "prj_a", name: "shop", actor: "token:ci", createdAt: NOW };
      expect(await store.deletePolicy(gone, undefined)).toBe(false);
      const first = await store.putPolicy(aPolicy(), undefined);
      expect(await store.deletePolicy(gone, 7)).toBe(false);
      expect(await store.deletePolicy(gone, 1)).toBe(true);
      expect(await store.deletePolicy(gone, undefined)).toBe(false);
      expect(await store.policy("prj_a", "shop")).toBeUndefined();
      expect(await store.policies(["prj_a"])).toEqual([]);
      expect(await store.policy("prj_a", "shop", 1)).toEqual(first);
      expect((await store.putPolicy(aPolicy(), 0))?.version).toBe(3);
    });

    test("what a policy said last is kept when it is removed, and only there", async () => {
      const { store } = opened();
      expect(await store.lastPolicy("prj_a", "shop")).toBeUndefined();
      await store.putPolicy(aPolicy(), undefined);
      const last = await store.putPolicy(aPolicy({ hash: "b" }), undefined);
      expect(await store.lastPolicy("prj_a", "shop")).toEqual(last);
      await store.deletePolicy(
        { owner: "prj_a", name: "shop", actor: "token:ci", createdAt: NOW },
        undefined,
      );
      expect(await store.lastPolicy("prj_a", "shop")).toEqual(last);
      expect(await store.lastPolicy("prj_b", "shop")).toBeUndefined();
    });
  });
}
