import { describe, expect, test } from "vitest";
import type { StoredLogin } from "../../../src/store/store.ts";
import type { Opened } from "../contract.ts";
import { NOW, OTHER, SCOPE } from "../fixtures.ts";

const { project } = SCOPE;

export function registriesContract(opened: Opened): void {
  describe("logins of registries", () => {
    test("one is kept for each host of a project, and a stranger's is another", async () => {
      const { store } = opened();
      expect(await store.putRegistryLogin(project, login())).toBe(true);
      expect(await store.putRegistryLogin(project, login({ host: "docker.io" }))).toBe(true);
      expect(await store.putRegistryLogin(OTHER.project, login({ username: "other" }))).toBe(true);
      expect(await store.registryLogin(project, "ghcr.io")).toEqual(login());
      expect((await store.registryLogins(project)).map(({ host }) => host)).toEqual(["docker.io", "ghcr.io"]);
      expect(await store.registryLogin(project, "quay.io")).toBeUndefined();
    });

    test("of two who replace the same version, one does", async () => {
      const { store, second } = opened();
      await store.putRegistryLogin(project, login());
      expect(await second.putRegistryLogin(project, login({ username: "late" }))).toBe(false);
      const next = login({ version: 2, username: "next", createdAt: NOW + 9, updatedAt: NOW + 9 });
      const written = await Promise.all([store, second].map((one) => one.putRegistryLogin(project, next)));
      expect(written.filter(Boolean)).toHaveLength(1);
      expect(await store.registryLogin(project, "ghcr.io")).toEqual({ ...next, createdAt: NOW });
    });

    test("another seal is put under the version it was made from, and under no other", async () => {
      const { store } = opened();
      await store.putRegistryLogin(project, login());
      await store.resealRegistryLogin(project, login({ sealed: "anew" }));
      expect((await store.registryLogin(project, "ghcr.io"))?.sealed).toBe("anew");
      await store.resealRegistryLogin(project, login({ sealed: "late", version: 2 }));
      expect((await store.registryLogin(project, "ghcr.io"))?.sealed).toBe("anew");
    });

    test("one that is removed is gone, once, and only its project's", async () => {
      const { store } = opened();
      await store.putRegistryLogin(project, login());
      expect(await store.deleteRegistryLogin(OTHER.project, "ghcr.io")).toBe(false);
      expect(await store.deleteRegistryLogin(project, "ghcr.io")).toBe(true);
      expect(await store.deleteRegistryLogin(project, "ghcr.io")).toBe(false);
    });
  });
}

function login(over: Partial<StoredLogin> = {}): StoredLogin {
  return {
    host: "ghcr.io",
    username: "bot",
    sealed: "s",
    version: 1,
    createdAt: NOW,
    updatedAt: NOW,
    ...over,
  };
}
