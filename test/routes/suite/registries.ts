import { describe, expect, test } from "vitest";
import { registryLogins } from "../../../src/broker/registry-logins.ts";
import type { World } from "../world.ts";

const PASSWORD = "canary-of-the-registry";

/** Logins of registries. */
export function registryRoutes(world: () => World): void {
  const put = (host: string, json: unknown = { username: "bot", password: PASSWORD }) =>
    world().call(`/v1/registries/${encodeURIComponent(host)}`, { method: "PUT", json });
  const read = async (host: string) => {
    const project = (await world().store.project("default"))?.id ?? "";
    const signal = new AbortController().signal;
    return registryLogins(world().ports)({ project, environment: "production" }, host, { signal });
  };

  describe("logins of registries", () => {
    test("one is kept, replaced, listed by host and user name, and forgotten", async () => {
      expect(await put("ghcr.io")).toMatchObject({ status: 201, body: { host: "ghcr.io", username: "bot" } });
      expect(await put("ghcr.io", { username: "other", password: "p2" })).toMatchObject({
        status: 200,
        body: { host: "ghcr.io", username: "other" },
      });
      await put("registry.example.com:5000");
      expect((await world().call("/v1/registries")).body).toMatchObject({
        registries: [
          { host: "ghcr.io", username: "other" },
          { host: "registry.example.com:5000", username: "bot" },
        ],
      });
      expect(await read("ghcr.io")).toEqual({ username: "other", password: "p2" });
      expect((await world().call("/v1/registries/ghcr.io")).body).toMatchObject({ username: "other" });
      expect((await world().call("/v1/registries/ghcr.io", { method: "DELETE" })).status).toBe(204);
      expect((await world().call("/v1/registries/ghcr.io", { method: "DELETE" })).status).toBe(404);
      expect((await world().call("/v1/registries/ghcr.io")).status).toBe(404);
      expect(await read("ghcr.io")).toBeUndefined();
    });

    test("a password is in no answer, no log and no row", async () => {
      const answers = [await put("ghcr.io"), await world().call("/v1/registries")];
      answers.push(await world().call("/v1/registries/ghcr.io"));
      expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain("canary");
      expect(JSON.stringify([world().logged, await world().dump()])).not.toContain("canary");
      expect(await read("ghcr.io")).toEqual({ username: "bot", password: PASSWORD });
    });

    test.each(["docker.io", "index.docker.io", "Registry-1.Docker.IO", "hub.docker.com"])(
      "%s is Docker Hub",
      async (host) => {
        expect(await put(host)).toMatchObject({ status: 201, body: { host: "docker.io" } });
      },
    );

    test.each(["web", "ghcr.io:", "-a.io", "a b.io", "ghcr.io/acme", "https://ghcr.io"])(
      "%j is no registry's host",
      async (host) => {
        expect(await put(host)).toMatchObject({ status: 400, body: { code: "invalid-path" } });
      },
    );

    test.each([
      ["/username", { username: "a:b", password: "p" }],
      ["/username", { username: "", password: "p" }],
      ["/username", { username: "a\nb", password: "p" }],
      ["/password", { username: "a", password: "" }],
      ["/password", { username: "a", password: "x".repeat(20_000) }],
    ])("a login with a wrong %s is refused with its place", async (pointer, login) => {
      expect(await put("ghcr.io", login)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    });
  });
}
