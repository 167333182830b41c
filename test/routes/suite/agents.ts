import { describe, expect, test } from "vitest";
import { authoriseLine } from "../../../src/broker/agents.ts";
import { LEASE_MS, POLL_MS } from "../../../src/domain/agent-timing.ts";
import { deployed } from "../deployed.ts";
import { agentKeys, authorization, joined, type Member, REPORT, sync } from "../signed.ts";
import { at, type World } from "../world.ts";

/** Joining, signing, syncing and forgetting agents. */
export function agentRoutes(world: () => World): void {
  describe("joining", () => {
    test("a join token lets one agent join its pool, once", async () => {
      const made = await world().call("/v1/agents", { method: "POST", json: { pool: "home" } });
      expect(made.body).toMatchObject({ pool: "home", expiresAt: "2026-11-22T12:05:00.000Z" });
      const token = String(at(made.body, "joinToken"));
      const join = async () => {
        const json = { name: "box", publicKey: (await agentKeys()).publicKey };
        return world().call("/v1/agents/join", { method: "POST", token, json });
      };
      expect(await join()).toMatchObject({ status: 201, body: { pool: "home" } });
      expect(await join()).toMatchObject({ status: 401, body: { code: "invalid-token" } });
      expect((await world().call("/v1/agents")).body).toMatchObject({
        agents: [{ name: "box", state: "never-heard" }],
      });
    });

    test("a join token ends, and one bound to a name makes no agent of another", async () => {
      const make = (more: object) =>
        world().call("/v1/agents", { method: "POST", json: { pool: "home", ...more } });
      const join = async (made: unknown, name: string) => {
        const json = { name, publicKey: (await agentKeys()).publicKey };
        const token = String(at(made, "joinToken"));
        return (await world().call("/v1/agents/join", { method: "POST", token, json })).status;
      };
      const bound = (await make({ name: "box" })).body;
      expect(await join(bound, "impostor")).toBe(401);
      expect(await join(bound, "box")).toBe(201);
      const short = (await make({ ttlSeconds: 5 })).body;
      world().advance(5_000);
      expect(await join(short, "late")).toBe(401);
      expect(await make({ ttlSeconds: 1_801 })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: "/ttlSeconds" }] },
      });
    });

    test("an access token is no join token, and a join token opens nothing else", async () => {
      const json = { name: "box", publicKey: (await agentKeys()).publicKey };
      expect((await world().call("/v1/agents/join", { method: "POST", json })).status).toBe(401);
      const made = await world().call("/v1/agents", { method: "POST", json: { pool: "home" } });
      expect((await world().call("/v1/agents", { token: String(at(made.body, "joinToken")) })).status).toBe(
        401,
      );
    });

    test("a key that is none is refused", async () => {
      const made = await world().call("/v1/agents", { method: "POST", json: { pool: "home" } });
      const json = { name: "box", publicKey: "short" };
      const reply = await world().call("/v1/agents/join", {
        method: "POST",
        token: String(at(made.body, "joinToken")),
        json,
      });
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: "/publicKey" }] } });
    });
  });

  describe("signatures", () => {
    test("a signed sync is heard; the same call again is refused", async () => {
      const box = await joined(world(), "box");
      const once = { nonce: "n".repeat(24) };
      expect((await sync(world(), box, {}, once)).status).toBe(200);
      expect(await sync(world(), box, {}, once)).toMatchObject({
        status: 401,
        body: { code: "invalid-token" },
      });
    });

    test("another's key, another's path, another method, another body and an old clock are refused", async () => {
      const box = await joined(world(), "box");
      const other = await joined(world(), "other");
      const now = world().ports.now();
      const wrong: readonly Parameters<typeof sync>[3][] = [
        { keys: other.keys },
        { id: other.id, keys: other.keys },
        { id: other.id },
        { path: `/v1/agents/${other.id}/sync` },
        { method: "GET" },
        { body: "{}" },
        { ts: now - 60_001 },
        { ts: now + 60_001 },
      ];
      for (const changes of wrong) expect((await sync(world(), box, {}, changes)).status).toBe(401);
    });

    test.each([
      "",
      "Bearer x",
      "Berth-Agent id=a",
      "Berth-Agent id=a,ts=1,nonce=b,sig=c,sig=d",
      `Berth-Agent ${"x".repeat(600)}`,
    ])("an unsigned call is 401 (%#)", async (header) => {
      const box = await joined(world(), "box");
      const headers = { authorization: header, "content-type": "application/json" };
      const reply = await world().call(`/v1/agents/${box.id}/sync`, {
        method: "POST",
        token: "",
        body: "{}",
        headers,
      });
      expect(reply).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    });

    test("the line's hand-shake is proved like any call", async () => {
      const box = await joined(world(), "box");
      const path = `/v1/agents/${box.id}/line`;
      const header = await authorization({ ...box, ts: world().ports.now(), method: "GET", path });
      const headers = new Headers({ authorization: header });
      expect((await authoriseLine(world().ports, { id: box.id, headers, path })).name).toBe("box");
      await expect(authoriseLine(world().ports, { id: box.id, headers, path })).rejects.toMatchObject({
        code: "invalid-token",
      });
    });

    test("a forgotten agent is refused at once", async () => {
      const box = await joined(world(), "box");
      expect((await world().call(`/v1/agents/${box.id}`, { method: "DELETE" })).status).toBe(204);
      expect((await sync(world(), box)).status).toBe(401);
    });
  });

  describe("syncing", () => {
    test("a report is kept and shown, and the reply says how long to live without another", async () => {
      const box = await joined(world(), "box");
      const { body } = await sync(world(), box);
      expect(body).toMatchObject({ epoch: 1, leaseMs: LEASE_MS, pollMs: POLL_MS, units: [], doomed: [] });
      const { body: list } = await world().call("/v1/agents?pool=home");
      expect(list).toMatchObject({ agents: [{ state: "alive", report: { engine: "podman 4.3" } }] });
      world().advance(60_000);
      expect((await world().call("/v1/agents")).body).toMatchObject({ agents: [{ state: "silent" }] });
    });

    test("a unit is handed out once the reconciler has started it, to its own host only", async () => {
      const { box, other } = await pool(world());
      await deployed(world());
      for (const member of [box, other])
        expect((await sync(world(), member)).body).toMatchObject({ units: [] });
      const unit = await apply(world());
      const host = unit.place.host === box.id ? box : other;
      const stranger = host === box ? other : box;
      expect((await sync(world(), host)).body).toMatchObject({ units: [{ id: unit.id }] });
      expect((await sync(world(), stranger)).body).toMatchObject({ units: [] });
    });

    test("what an agent says of its own unit is stored; what it says of another's is not heard", async () => {
      const { box, other } = await pool(world());
      await deployed(world());
      const unit = await apply(world());
      const host = unit.place.host === box.id ? box : other;
      const stranger = host === box ? other : box;
      await sync(world(), stranger, { observations: [seen(unit.id, stranger.id)] });
      expect((await world().call("/v1/workloads/web")).body).toMatchObject({ units: [{ ready: 0 }] });
      await sync(world(), host, { observations: [seen(unit.id, host.id)] });
      expect((await world().call("/v1/workloads/web")).body).toMatchObject({
        units: [{ ready: 1, phase: "ready" }],
      });
    });

    test("an endpoint outside the agent's own host and line is dropped", async () => {
      const { box, other } = await pool(world());
      await deployed(world());
      const unit = await apply(world());
      const host = unit.place.host === box.id ? box : other;
      const urls = ["line://someone-else/u/0/80", "http://10.0.0.9:80", "http://192.0.2.7:8080"];
      const endpoints = urls.map((url) => ({
        replica: 0,
        url,
        transport: url.startsWith("line") ? "line" : "plain",
        bypassable: false,
        ready: true,
      }));
      const report = { ...REPORT, address: "192.0.2.7" };
      await sync(world(), host, { report, observations: [{ ...seen(unit.id, host.id), endpoints }] });
      const target = await world().store.target(unit.project, "home");
      const [stored] = await world().store.unitsAt(target?.id ?? "");
      expect(stored?.observation?.endpoints.map(({ url }) => url)).toEqual(["http://192.0.2.7:8080"]);
    });

    test("a doomed unit is named, with its grace, until the agent has confirmed it", async () => {
      const { box, other } = await pool(world());
      await deployed(world(), { stopGraceSeconds: 7 });
      const unit = await apply(world(), "doomed");
      const host = unit.place.host === box.id ? box : other;
      const { body } = await sync(world(), host);
      expect(body).toMatchObject({
        units: [],
        doomed: [{ id: unit.id, name: unit.name, stopGraceSeconds: 7 }],
      });
    });

    test("an agent that has obeyed a later epoch shows that the database is an older copy: the epoch rises, nothing is doomed", async () => {
      const { box, other } = await pool(world());
      await deployed(world());
      const unit = await apply(world(), "doomed");
      const host = unit.place.host === box.id ? box : other;
      const { body } = await sync(world(), host, { report: { ...REPORT, epoch: 4 } });
      expect(body).toMatchObject({ epoch: 5, doomed: [] });
      expect(world().logged.join("\n")).toContain("older copy");
      expect((await sync(world(), host, { report: { ...REPORT, epoch: 5 } })).body).toMatchObject({
        epoch: 5,
        doomed: [{ id: unit.id }],
      });
    });

    test("an epoch that no restore explains is not believed", async () => {
      const box = await joined(world(), "box");
      const { body } = await sync(world(), box, { report: { ...REPORT, epoch: 900_000 } });
      expect(body).toMatchObject({ epoch: 1 });
    });

    test.each([
      [{ report: { ...REPORT, address: "169.254.169.254" } }, "/report/address"],
      [{ report: { ...REPORT, capacity: { milliCpu: -1, memoryMiB: 1 } } }, "/report/capacity/milliCpu"],
      [{ observations: [{ unit: "u", phase: "happy" }] }, "/observations/0"],
      [{ surprise: 1 }, "/surprise"],
      [{ observations: Array.from({ length: 1_001 }, () => seen("u", "a")) }, "/observations"],
    ])("a sync that is not in order is refused with a pointer (%#)", async (changes, pointer) => {
      const box = await joined(world(), "box");
      const reply = await sync(world(), box, changes);
      expect(reply.status).toBe(400);
      expect(at(reply.body, "errors", 0, "pointer")).toMatch(new RegExp(`^${pointer}`));
    });
  });

  describe("forgetting", () => {
    test("an agent that still holds units is forgotten only when its name or id is said once more", async () => {
      const { box, other } = await pool(world());
      await deployed(world());
      const unit = await apply(world());
      const host = unit.place.host === box.id ? box : other;
      const remove = (query: string) => world().call(`/v1/agents/${host.id}${query}`, { method: "DELETE" });
      expect(await remove("")).toMatchObject({ status: 409, body: { code: "confirmation-required" } });
      await world().call("/v1/projects", { method: "POST", json: { name: "strangers" } });
      expect((await remove("?project=strangers")).status).toBe(404);
      expect((await remove(`?confirm=${host.id}`)).status).toBe(204);
    });
  });
}

/** Two agents that have reported, in a connected pool. */
async function pool(world: World): Promise<{ readonly box: Member; readonly other: Member }> {
  await world.call("/v1/targets/home", { method: "PUT", json: { kind: "agents", pool: "home" } });
  const box = await joined(world, "box");
  const other = await joined(world, "other");
  await sync(world, box);
  await sync(world, other);
  return { box, other };
}

/** What the reconciler records when it has started the workload's unit (and given it up again). */
async function apply(world: World, state?: "doomed") {
  const claim = await world.store.claimDue(world.ports.now(), 10_000);
  const unit = claim?.units[0]?.unit;
  if (claim === undefined || unit === undefined) throw new Error("no unit is due");
  const now = world.ports.now();
  await world.store.record(claim, {
    units: [{ id: unit.id, appliedAt: now, appliedReplicas: unit.replicas, state }],
    now,
    release: true,
  });
  return unit;
}

const seen = (unit: string, agent: string) => ({
  unit,
  phase: "ready",
  ready: 1,
  replicas: 1,
  endpoints: [
    { replica: 0, url: `line://${agent}/${unit}/0/8080`, transport: "line", bypassable: false, ready: true },
  ],
  restarts: 0,
  lastLines: [],
  at: Date.parse("2026-11-22T12:00:00Z"),
});
