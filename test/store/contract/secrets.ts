import { describe, expect, test } from "vitest";
import { KEPT_VERSIONS, secretLog, type SecretWrite } from "../../../src/store/secret-store.ts";
import type { Opened } from "../contract.ts";
import { commitOf, eventOf, NOW, OTHER, planOf, SCOPE, targetOf, unitOf, withWorkload } from "../fixtures.ts";

const write = (version: number, over: Partial<SecretWrite> = {}): SecretWrite => ({
  name: "db-url",
  shared: undefined,
  value: { version, sealed: `sealed-${version}`, keyId: "k1", bytes: 10 },
  last: version - 1,
  actor: "token:ann",
  now: NOW + version,
  event: eventOf("secret.put"),
  ...over,
});
const gone = eventOf("secret.deleted");
const versionsOf = async (opened: Opened, scope = SCOPE) =>
  (await opened().store.secretVersions(scope, "db-url")).map(({ version }) => version);

/** Sealed secrets, their numbers, and what stands in the way of their removal. */
export function secretsContract(opened: Opened): void {
  describe("secrets", () => {
    test("are read as written, only by their tenant, and never with what they hold", async () => {
      const { store } = opened();
      expect(await store.putSecret(SCOPE, write(1, { shared: { classes: ["preview"] } }))).toBe(true);
      const secret = await store.secret(SCOPE, "db-url");
      expect(secret).toEqual({
        ...SCOPE,
        name: "db-url",
        version: 1,
        shared: { classes: ["preview"] },
        createdAt: NOW + 1,
        createdBy: "token:ann",
        updatedAt: NOW + 1,
        updatedBy: "token:ann",
      });
      expect(await store.secrets(SCOPE)).toEqual([secret]);
      expect(await store.secret(OTHER, "db-url")).toBe(undefined);
      expect(await store.sealedSecret(OTHER.project, "db-url", 1)).toBe(undefined);
      expect(await store.sealedSecret(SCOPE.project, "db-url", 1)).toMatchObject({
        of: 1,
        sealed: "sealed-1",
        bytes: 10,
      });
      expect((await store.events(SCOPE, secretLog("db-url"), 0, 10)).map(({ type }) => type)).toEqual([
        "secret.put",
      ]);
    });

    test("get each number once over all environments of a project, whoever writes at the same time", async () => {
      const { store, second } = opened();
      const staging = { ...SCOPE, environment: "staging" };
      const both = await Promise.all([
        store.putSecret(SCOPE, write(1, { value: { version: 1, sealed: "one", keyId: "k1", bytes: 3 } })),
        second.putSecret(staging, write(1, { value: { version: 1, sealed: "two", keyId: "k1", bytes: 3 } })),
      ]);
      expect(both.filter((won) => won).length).toBe(1);
      const loser = both[0] ? staging : SCOPE;
      expect(await store.secret(loser, "db-url")).toBe(undefined);
      expect(await store.events(loser, secretLog("db-url"), 0, 10)).toEqual([]);
      expect(await store.putSecret(loser, write(2))).toBe(true);
      expect(await store.lastSecretVersion(SCOPE.project, "db-url")).toBe(2);
      expect((await store.secretsNamed(SCOPE.project, ["db-url", "other"])).length).toBe(2);
    });

    test("go on counting after a removal, and nothing of what was removed is left", async () => {
      const { store } = opened();
      await store.putSecret(SCOPE, write(1, { shared: { environments: ["pr-1"] } }));
      expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("deleted");
      expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("absent");
      expect(await store.secrets(SCOPE)).toEqual([]);
      expect(await store.sealedSecret(SCOPE.project, "db-url", 1)).toBe(undefined);
      expect(JSON.stringify(await opened().dump())).not.toContain("sealed-1");
      expect(await store.putSecret(SCOPE, write(1))).toBe(false);
      expect(await store.putSecret(SCOPE, write(2, { actor: "token:bob" }))).toBe(true);
      expect(await store.secret(SCOPE, "db-url")).toMatchObject({ createdBy: "token:bob", version: 2 });
      expect((await store.secret(SCOPE, "db-url"))?.shared).toBe(undefined);
    });

    test("that a standing unit pins in its environment, a sidecar's or a file are neither removed nor pruned", async () => {
      const { store } = opened();
      await withWorkload(store);
      const plain = unitOf("u-pins", { birth: 2 });
      const [container] = [{ name: "side", image: "a:1", env: {}, resources: { milliCpu: 1, memoryMiB: 8 } }];
      const template = {
        ...plain.template,
        env: { A: "db-url@9" },
        secrets: { URL: "db-url@1" },
        files: [{ path: "/etc/key", secret: "db-url@2" }],
        sidecars: [{ ...container, essential: true, secrets: { "B.c": "db-url@3" } }],
      };
      const unit = { ...plain, template };
      for (const version of [1, 2, 3]) await store.putSecret(SCOPE, write(version));
      const plan = planOf("p2", 2, [unit]);
      expect(await store.commit(SCOPE, commitOf(2, { plan, newUnits: [unit] }))).toEqual({ ok: true });
      const uses = (await store.secretUses(SCOPE.project, "db-url")).map(({ reference }) => reference);
      expect(uses.toSorted()).toEqual(["db-url@1", "db-url@2", "db-url@3"]);
      expect((await store.secretUses(SCOPE.project)).length).toBe(3);
      expect(await store.secretUses(SCOPE.project, "db")).toEqual([]);
      expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("in-use");
      for (let version = 4; version < 4 + KEPT_VERSIONS + 3; version += 1)
        await store.putSecret(SCOPE, write(version));
      const kept = await versionsOf(opened);
      expect(kept.slice(-3)).toEqual([3, 2, 1]);
      expect(kept.length).toBe(KEPT_VERSIONS + 3);
    });

    test("of another environment are not kept by a unit that pins the same name here", async () => {
      const { store } = opened();
      await withWorkload(store);
      const staging = { ...SCOPE, environment: "staging" };
      await store.putSecret(staging, write(1));
      await store.putSecret(SCOPE, write(2));
      const plain = unitOf("u-pins", { birth: 2 });
      const unit = { ...plain, template: { ...plain.template, secrets: { URL: "db-url@2" } } };
      await store.commit(SCOPE, commitOf(2, { plan: planOf("p2", 2, [unit]), newUnits: [unit] }));
      expect(await store.deleteSecret(staging, "db-url", gone)).toBe("deleted");
      expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("in-use");
    });

    test("that a target of the project signs in with are not removed, and nobody else's target counts", async () => {
      const { store } = opened();
      const staging = { ...SCOPE, environment: "staging" };
      const connect = (project: string | undefined, credentials: object, name = "cloud") =>
        store.putTarget(targetOf({ id: `t-${project}-${name}`, project, name, config: { credentials } }));
      const readers = async (scope = SCOPE) => await store.secretTargets(scope, "db-url");
      await store.putSecret(SCOPE, write(1));
      await connect(OTHER.project, { secret: "db-url" });
      await connect(undefined, { secret: "db-url" });
      await connect(SCOPE.project, { secret: "db-url", environment: "staging" }, "staging-cloud");
      await connect(SCOPE.project, { secret: "db-url@7" }, "of-no-version");
      await connect(SCOPE.project, { secret: "db-ur" }, "of-another");
      expect(await readers()).toEqual([]);
      for (const shared of [{ environments: ["staging"] }, { classes: ["staging"] as const }]) {
        await store.putSecret(SCOPE, write(1, { value: undefined, shared }));
        expect(await readers()).toEqual([{ target: "staging-cloud", secret: "db-url" }]);
        expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("in-use");
      }
      await store.putSecret(staging, write(2));
      expect(await readers()).toEqual([]);
      expect(await readers(staging)).toEqual([{ target: "staging-cloud", secret: "db-url" }]);
      await connect(SCOPE.project, { secret: "db-url@1" }, "pinned");
      expect(await readers()).toEqual([{ target: "pinned", secret: "db-url" }]);
      expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("in-use");
      await connect(SCOPE.project, { secret: "db-url" }, "pinned");
      expect(await store.secretTargets(SCOPE)).toEqual([{ target: "pinned", secret: "db-url" }]);
      expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("in-use");
      expect(await store.sealedSecret(SCOPE.project, "db-url", 1)).toBeDefined();
      await store.deleteTarget(SCOPE.project, "pinned");
      expect(await store.deleteSecret(SCOPE, "db-url", gone)).toBe("deleted");
    });

    test("change whom they are shared with without a new version", async () => {
      const { store } = opened();
      const alone = { value: undefined, shared: { environments: ["pr-1"] } };
      expect(await store.putSecret(SCOPE, write(1, alone))).toBe(false);
      await store.putSecret(SCOPE, write(1));
      expect(await store.putSecret(SCOPE, write(1, alone))).toBe(true);
      expect(await store.secret(SCOPE, "db-url")).toMatchObject({ version: 1, shared: alone.shared });
    });

    test("under another key are found, and put under another seal unless somebody was first", async () => {
      const { store } = opened();
      await store.putSecret(SCOPE, write(1));
      await store.putSecret(
        OTHER,
        write(1, { value: { version: 1, sealed: "theirs", keyId: "k2", bytes: 1 } }),
      );
      const [row, ...more] = await store.secretsNotUnder("k2", 10);
      expect(more).toEqual([]);
      if (row === undefined) throw new Error("no row is under another key");
      expect(await store.resealSecret(row, "anew", "k2")).toBe(true);
      expect(await store.resealSecret(row, "too late", "k2")).toBe(false);
      expect((await store.sealedSecret(SCOPE.project, "db-url", 1))?.sealed).toBe("anew");
      expect(await store.secretsNotUnder("k2", 10)).toEqual([]);
    });
  });
}
