import { createServer, connect } from "node:net";
import type { Server, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import {
  ENDPOINT,
  never,
  onStop,
  request,
  startAgent,
  startBroker,
  startContainer,
  startLine,
  stopAll,
  text,
} from "./wiring.ts";

afterEach(stopAll);

test("an agent whose line was cut opens another, signs it afresh, and serves again", async () => {
  let signature = 0;
  const container = await startContainer((_req, res) => void res.end("here"));
  const broker = await startBroker();
  startAgent(broker.url, container.port, { headers: async () => ({ authorization: `sig=${++signature}` }) });
  await broker.accepted(1);
  broker.sockets[0]?.terminate();
  await broker.accepted(2);
  expect(await text((await broker.hub.send(ENDPOINT, request(), never())).body)).toBe("here");
  expect(broker.handshakes.map(({ authorization }) => authorization)).toEqual(["sig=1", "sig=2"]);
});

test("an agent that is refused keeps asking and says so", async () => {
  const broker = await startBroker((attempt) => attempt < 3);
  const agent = startAgent(broker.url, 1);
  await broker.accepted(1);
  expect(broker.handshakes).toHaveLength(3);
  expect(agent.sentences.filter((sentence) => sentence.includes("401"))).toHaveLength(2);
});

test("a broker that retires gets no new streams once the second line is open; the first finishes its own", async () => {
  const finish = Promise.withResolvers<void>();
  const { hub, sockets, accepted } = await startLine((req, res) => {
    if (req.url !== "/slow") return void res.end("fast");
    res.write("be");
    return void finish.promise.then(() => res.end("gun"));
  });
  const slow = await hub.send(ENDPOINT, request({ target: "/slow" }), never());
  hub.retire();
  await accepted(2);
  expect(await text((await hub.send(ENDPOINT, request(), never())).body)).toBe("fast");
  expect(sockets[0]?.readyState).toBe(sockets[0]?.OPEN);
  const closed = new Promise<void>((resolve) => sockets[0]?.once("close", () => resolve()));
  finish.resolve();
  expect(await text(slow.body)).toBe("begun");
  await closed;
  expect(hub.connected("agent-1")).toBe(true);
});

test("a ring reaches the agent, and so does the opening of a line", async () => {
  const rings: string[] = [];
  const waiting: (() => void)[] = [];
  const broker = await startBroker();
  expect(broker.hub.ring("agent-1")).toBe(false);
  startAgent(broker.url, 1, {
    onRing: () => {
      rings.push("ring");
      for (const go of waiting.splice(0)) go();
    },
  });
  const rung = async (count: number) => {
    while (rings.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  await rung(1);
  expect(broker.hub.ring("agent-1")).toBe(true);
  await rung(2);
});

test("an agent behind a network that went silent gives the line up and comes back by another", async () => {
  const broker = await startBroker();
  const relay = await startRelay(new URL(broker.url).port);
  await new Promise<void>((onRing) =>
    startAgent(`ws://127.0.0.1:${relay.port}/line`, 1, {
      onRing,
      timing: { pingEveryMs: 20, silentMs: 100 },
    }),
  );
  relay.freeze();
  await broker.accepted(2);
});

test("a broker closes a line that gives no sign, so that its agent counts as gone", async () => {
  const broker = await startBroker();
  let now = 0;
  const { createLineHub } = await import("../../src/agent/line/broker-end.ts");
  const hub = createLineHub({ now: () => now });
  const closed: string[] = [];
  hub.accept("mute", { send: (_bytes, sent) => sent(), close: (_code, reason) => void closed.push(reason) });
  for (const at of [1_000, 11_000, 12_000, 17_000]) {
    now = at;
    hub.keepAlive();
  }
  expect(closed).toEqual(["no answer to a ping"]);
  expect(hub.connected("mute")).toBe(false);
  expect(broker.hub.connected("mute")).toBe(false);
});

test("an agent that stops closes its line and is done", async () => {
  const { hub, agent, sockets } = await startLine((_req, res) => void res.end());
  const closed = new Promise<void>((resolve) => sockets[0]?.once("close", () => resolve()));
  agent.stop();
  await agent.done;
  await closed;
  expect(hub.connected("agent-1")).toBe(false);
});

test("logs come through the line as they are written, and a unit that is not known is refused in words", async () => {
  const broker = await startBroker();
  const lines = `{"line":"one"}\n{"line":"two"}\n`;
  startAgent(broker.url, 1, {
    logs: async (unit, { tail }) =>
      unit === "unit-1" ? (new Response(`${tail}\n${lines}`).body ?? undefined) : undefined,
  });
  await broker.accepted(1);
  const logs = await broker.hub.logs("agent-1", "unit-1", { tail: 7, follow: false }, never());
  expect(await text(logs)).toBe(`7\n${lines}`);
  await expect(broker.hub.logs("agent-1", "other", { tail: 1, follow: false }, never())).rejects.toThrow(
    "does not know",
  );
});

/** Passes bytes both ways until it is frozen; connections made later pass again. */
async function startRelay(to: string): Promise<{ readonly port: number; readonly freeze: () => void }> {
  const pairs: Socket[] = [];
  const server: Server = createServer((socket) => {
    const other = connect(Number(to), "127.0.0.1");
    for (const end of [socket, other]) end.on("error", () => end.destroy());
    socket.pipe(other).pipe(socket);
    pairs.push(socket, other);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onStop(() => {
    for (const socket of pairs) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the relay does not listen on a port");
  const freeze = () => {
    for (const socket of pairs) socket.unpipe().pause();
  };
  return { port: address.port, freeze };
}
