import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { objectOf } from "../../src/main/workers/bindings.ts";
import { startAgent, webSocketOf } from "./agent.ts";
import { playedContainer } from "./container.ts";
import { deployReady, edgeWith, makeTables } from "./installation.ts";

const edge = edgeWith("up");
const { send, state } = playedContainer();
const agent = await (async () => {
  await makeTables();
  return startAgent(edge, "attic", send);
})();
const asleep = () => evictDurableObject(objectOf(env.AGENT_LINE, agent.id));

beforeAll(async () => {
  await edge.call("/v1/targets/house", { method: "PUT", json: { kind: "agents", pool: "home" } });
  await agent.line();
  await deployReady(edge, { name: "web", image: "ghcr.io/acme/web:1", port: 8080 });
});
afterAll(() => agent.stop());

test("a hand-shake that the agent did not sign gets no line", async () => {
  expect((await agent.unsignedLine()).status).toBe(401);
});

test("a workload behind an agent becomes ready through its line, and answers through the gateway", async () => {
  const answer = await edge.visit("web", "/a?b=1", { headers: { "x-mine": "1" } });
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(answer.headers.get("connection")).toBeNull();
  expect(answer.headers.get("berth-line")).toBeNull();
  expect(await answer.json()).toMatchObject({
    method: "GET",
    target: "/a?b=1",
    headers: { host: "web--default.apps.test", "x-mine": "1" },
  });
});

test("a body streams both ways at once: what was sent comes back before all of it is sent", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const init = { method: "POST", body: readable, duplex: "half" };
  const answer = await edge.visit("web", "/echo", init);
  const writer = writable.getWriter();
  const reader = answer.body?.getReader();
  for (let round = 0; round < 50; round++) {
    await writer.write(new Uint8Array(3_000).fill(round));
    let back = 0;
    while (back < 3_000) back += (await reader?.read())?.value?.length ?? Number.POSITIVE_INFINITY;
    expect(back).toBe(3_000);
  }
  await writer.close();
  expect((await reader?.read())?.done).toBe(true);
});

test("a large body arrives whole", async () => {
  const body = new Uint8Array(3 * 1024 * 1024).map((_, at) => at % 251);
  const answer = await edge.visit("web", "/echo", { method: "POST", body });
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(body);
});

test("an answer that is encoded or has no body passes as it is", async () => {
  const zipped = await edge.visit("web", "/gzip");
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(await zipped.text()).toBe("many words ".repeat(100));
  const cached = await edge.visit("web", "/cached");
  expect([cached.status, cached.headers.get("etag"), await cached.text()]).toEqual([304, '"1"', ""]);
});

test("a client that leaves takes its stream with it", async () => {
  const before = state.cancelled;
  const answer = await edge.visit("web", "/endless");
  const reader = answer.body?.getReader();
  expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
  await reader?.cancel();
  await expect.poll(() => state.cancelled, { timeout: 5_000 }).toBe(before + 1);
});

test("a container that does not begin to answer in time is 504, and is told that nobody waits any more", async () => {
  const route = { port: 8080, timeoutSeconds: 1 };
  await deployReady(edge, { name: "slow", image: "ghcr.io/acme/web:1", route });
  expect((await edge.visit("slow", "/silent")).status).toBe(504);
  await expect.poll(() => state.left, { timeout: 5_000 }).toBe(1);
});

test("a container that takes no connection is the gateway's 503", async () => {
  state.connected = false;
  const answer = await edge.visit("web", "/");
  state.connected = true;
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
    503,
    "no-ready-upstream",
  ]);
});

test("a WebSocket passes: messages of a client come back from the container", async () => {
  const answer = await edge.visit("web", "/ws", { headers: { upgrade: "websocket", connection: "Upgrade" } });
  const webSocket = webSocketOf(answer);
  expect(answer.status).toBe(101);
  const heard: unknown[] = [];
  const closed = new Promise<number>((resolve) =>
    webSocket.addEventListener("close", ({ code }) => resolve(code)),
  );
  webSocket.addEventListener("message", ({ data }) => heard.push(data));
  webSocket.accept();
  webSocket.send("hello");
  await expect.poll(() => heard).toEqual(["hello"]);
  webSocket.close(4_000, "enough");
  expect(await closed).toBe(4_000);
});

test("logs of an agent's unit come through its line", async () => {
  expect((await edge.call("/v1/workloads/web/logs")).text).toContain('"line":"hello"');
});

test("an object that slept under the open line rings, carries and answers with the same line", async () => {
  for (let time = 0; time < 3; time++) {
    await asleep();
    expect(await (await edge.visit("web", `/after-${time}`)).json()).toMatchObject({
      target: `/after-${time}`,
    });
    await asleep();
    const before = agent.rings.length;
    expect(await objectOf(env.AGENT_LINE, agent.id).ring(agent.id)).toBe(true);
    await expect.poll(() => agent.rings.length).toBeGreaterThan(before);
  }
});

test("a second line takes over before the first closes, and what is under way on the first ends there", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const first = await agent.line();
  const init = { method: "POST", body: readable, duplex: "half" };
  const answer = await edge.visit("web", "/echo", init);
  await agent.line();
  expect((await (await edge.visit("web", "/on-the-second")).text()).length).toBeGreaterThan(0);
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode("still here"));
  await writer.close();
  expect(await answer.text()).toBe("still here");
  expect(await first.closed).toContain("a newer line has taken over");
});
