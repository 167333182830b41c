import { describe, expect, test } from "vitest";
import { isScope, SCOPES, type Scope } from "../../../src/identity/scope.ts";
import { allEndpoints } from "../../../src/routes/all.ts";
import { connectSandbox, deployed } from "../deployed.ts";
import type { World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

const guarded = allEndpoints.flatMap(({ guard, method, path, body }) =>
  isScope(guard) ? [{ title: `${method} ${path}`, guard, method, path, takesBody: body !== undefined }] : [],
);
/** What the instance's scopes guard answers 403 to every token of a project. */
const BEYOND_PROJECTS: ReadonlySet<Scope> = new Set<Scope>(["projects:write", "instance:admin"]);

/** Every guarded call, made by everyone who may not make it. Generated from the endpoints: a new one is in it at once. */
export function authorizationRoutes(world: () => World): void {
  describe("who may call", () => {
    test.each(guarded)("$title refuses a caller without a token: 401", async (endpoint) => {
      const reply = await world().call(addressed(endpoint.path), { method: endpoint.method, token: "" });
      expect(reply).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    });

    test.each(guarded)("$title refuses a token with every scope but its own: 403", async (endpoint) => {
      const others = SCOPES.filter((scope) => scope !== endpoint.guard);
      const { secret, status } = await tokenWith(world(), others, "", { name: "almost", instance: true });
      expect(status).toBe(201);
      const reply = await world().call(addressed(endpoint.path), { method: endpoint.method, token: secret });
      expect(reply).toMatchObject({ status: 403, body: { code: "forbidden", scope: endpoint.guard } });
    });

    test.each(guarded)("$title refuses a revoked token: 401", async (endpoint) => {
      const { secret, id } = await tokenWith(world(), ["admin"]);
      await world().call(`/v1/tokens/${id}`, { method: "DELETE" });
      const reply = await world().call(addressed(endpoint.path), { method: endpoint.method, token: secret });
      expect(reply).toMatchObject({ status: 401, body: { code: "invalid-token" } });
    });

    test.each(guarded.filter(({ path }) => path.includes("{")))(
      "$title shows and changes nothing of another project",
      async (endpoint) => {
        const victim = await furnished(world());
        await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
        const { secret } = await tokenWith(world(), ["admin"], "?project=other");
        const before = await mine(world());
        const json = endpoint.takesBody ? { json: BODIES[`${endpoint.method} ${endpoint.path}`] ?? {} } : {};
        const reply = await world().call(victim(endpoint.path), {
          method: endpoint.method,
          token: secret,
          ...json,
        });
        const ownThing =
          endpoint.method === "PUT" &&
          /targets|environments|policies|budgets|registries|secrets/.test(endpoint.path);
        if (ownThing) expect([200, 201]).toContain(reply.status);
        else
          expect(reply.status).toBe(
            endpoint.path === "/v1/workloads/{name}" && endpoint.method === "PUT" ? 422 : 404,
          );
        expect(await mine(world())).toEqual(before);
      },
    );

    test("what reaches beyond projects is refused to every token of a project", async () => {
      const { secret } = await tokenWith(world(), ["admin"]);
      for (const endpoint of guarded.filter(({ guard }) => BEYOND_PROJECTS.has(guard))) {
        const reply = await world().call(addressed(endpoint.path), {
          method: endpoint.method,
          token: secret,
        });
        expect(reply.status).toBe(403);
      }
    });
  });
}

/** Bodies that are right, so that nothing but the tenant can be the reason of a refusal. */
const BODIES: Readonly<Record<string, unknown>> = {
  "PUT /v1/workloads/{name}": { spec: { name: "web", image: "ghcr.io/acme/web:2", port: 8080 } },
  "PATCH /v1/workloads/{name}": { spec: { image: "ghcr.io/acme/web:2" } },
  "POST /v1/workloads/{name}/migrate": { to: { target: "cloud" } },
  "PUT /v1/workloads/{name}/overrides": { pin: { target: "cloud" }, reason: "because" },
  "PUT /v1/budgets/{name}": { usdPerMonth: "100" },
  "PUT /v1/costs/bills/{target}/{month}/imports/{import}/pages/{page}": { lines: [] },
  "PUT /v1/costs/bills/{target}/{month}": {
    import: "x",
    pages: 0,
    rows: 0,
    from: "2026-10-01",
    to: "2026-10-02",
  },
  "PUT /v1/registries/{host}": { username: "bot", password: "s3cret" },
  "PUT /v1/secrets/{name}": { value: "theirs" },
  "PUT /v1/targets/{name}": { kind: "sandbox", simulates: "ecs", region: "eu-west-1" },
};

function addressed(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "x");
}

/** A project with one of everything; gives each path the id of the victim's own thing. */
async function furnished(world: World): Promise<(path: string) => string> {
  await connectSandbox(world);
  const plan = await deployed(world);
  const token = await tokenWith(world, ["reader"]);
  const agent = await joinedAgent(world);
  await world.call("/v1/environments/staging", { method: "PUT" });
  const login = { username: "victim", password: "s3cret" };
  await world.call("/v1/registries/ghcr.io", { method: "PUT", json: login });
  return (path) => {
    const noun = path.split("/")[2] ?? "";
    const ids: Readonly<Record<string, string>> = {
      plans: plan,
      workloads: "web",
      targets: "cloud",
      tokens: token.id,
      agents: agent,
      environments: "staging",
      registries: "ghcr.io",
    };
    return path.replaceAll(/\{[^}]*\}/g, ids[noun] ?? "x");
  };
}

async function joinedAgent(world: World): Promise<string> {
  const id = "agent_victim";
  const project = (await world.store.project("default"))?.id ?? "";
  const now = world.ports.now();
  await world.store.insertJoinToken({
    hash: "h",
    project,
    pool: "home",
    expiresAt: now + 1_000,
    createdAt: now,
  });
  await world.store.joinAgent("h", { id, name: "box", publicKey: "k", joinedAt: now }, now);
  return id;
}

/** Every row that names the victim's project. */
async function mine(world: World): Promise<unknown> {
  const project = (await world.store.project("default"))?.id;
  const dump = await world.dump();
  return Object.entries(dump).map(([table, rows]) => [
    table,
    rows.filter((row) => JSON.stringify(row).includes(String(project))),
  ]);
}
