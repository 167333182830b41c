import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { RawData } from "ws";
import { onStop, settled, startContainer, stopAll } from "../line/wiring.ts";
import { DEAD_PORT, direct, gatewayOver, gatewayTo, http, raw, route, upstream } from "./wiring.ts";
import type { TestGateway } from "./wiring.ts";

afterEach(stopAll);

/** A container that echoes over WebSocket, and what it saw of its closes. */
async function echoContainer() {
  const codes: number[] = [];
  const server = new WebSocketServer({ noServer: true });
  const container = await startContainer(
    (_req, res) => void res.writeHead(426).end("only sockets"),
    (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (ws) => {
        ws.send(`hello ${request.url ?? ""}`);
        ws.on("message", (data, isBinary) => ws.send(data, { binary: isBinary }));
        ws.on("close", (code) => codes.push(code));
      }),
  );
  return { ...container, codes };
}

function open(port: number, path = "/"): { readonly ws: WebSocket; readonly next: () => Promise<string> } {
  const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host: "web.test" } });
  const got: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  ws.on("message", (data: RawData) => {
    const text = Buffer.isBuffer(data) ? data.toString() : "";
    const go = waiting.shift();
    if (go === undefined) got.push(text);
    else go(text);
  });
  // Terminating one that never opened is an error to it and none to a test.
  ws.on("error", (error) => void error);
  onStop(() => ws.terminate());
  const next = () => {
    const text = got.shift();
    return text === undefined
      ? new Promise<string>((resolve) => waiting.push(resolve))
      : Promise.resolve(text);
  };
  return { ws, next };
}

async function idle({ counts }: TestGateway): Promise<void> {
  await settled(() => counts.of("u1").inflight);
}

describe.each(["direct", "line"] as const)("%s", (path) => {
  test("messages go both ways, large ones too, and a close reaches the other side as it was sent", async () => {
    const container = await echoContainer();
    const gateway = await gatewayOver(path, container.port);
    const { ws, next } = open(gateway.port, "/chat?a=1");
    expect(await next()).toBe("hello /chat?a=1");
    ws.send("ping");
    expect(await next()).toBe("ping");
    const large = "x".repeat(3_000_000);
    ws.send(large);
    expect(await next()).toBe(large);
    ws.close(4001, "bye");
    await once(ws, "close");
    await settled(() => container.codes.length);
    expect(container.codes).toEqual([4001]);
    await idle(gateway);
    expect(gateway.counts.of("u1")).toMatchObject({ inflight: 0, failures: 0, closed: 0 });
  });

  test("when its unit is to go, both ends of a socket get a clean close, counted apart", async () => {
    const container = await echoContainer();
    const gateway = await gatewayOver(path, container.port);
    const { ws, next } = open(gateway.port);
    await next();
    expect(gateway.counts.closeUnit("u1")).toBe(1);
    const [code] = await once(ws, "close");
    expect(code).toBe(1001);
    await settled(() => container.codes.length);
    expect(container.codes).toEqual([1001]);
    await idle(gateway);
    expect(gateway.counts.of("u1")).toMatchObject({ inflight: 0, failures: 0, closed: 1 });
  });

  test("a container that dies ends the client's socket, and is counted as a failure or an end, never kept", async () => {
    const container = await echoContainer();
    const gateway = await gatewayOver(path, container.port);
    const { ws, next } = open(gateway.port);
    await next();
    const closed = once(ws, "close");
    await container.stop();
    await closed;
    await idle(gateway);
    expect(gateway.counts.of("u1").inflight).toBe(0);
  });

  test("a container that does not switch gives its own answer", async () => {
    const container = await startContainer((_req, res) => void res.end());
    container.server.on("upgrade", (_request, socket) =>
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"),
    );
    const gateway = await gatewayOver(path, container.port);
    const { ws } = open(gateway.port);
    const [, response] = await once(ws, "unexpected-response");
    expect(response).toMatchObject({ statusCode: 403 });
  });

  test("an event stream whose unit is to go ends cleanly, counted apart", async () => {
    const container = await startContainer((_req, res) => {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write("data: one\n\n");
    });
    const gateway = await gatewayOver(path, container.port);
    const got = await raw(
      gateway.port,
      http("GET / HTTP/1.1", "Host: web.test", "Connection: close", "", ""),
      (got) => {
        if (got.includes("one")) gateway.counts.closeUnit("u1");
      },
    );
    expect(got).toContain("data: one\n\n");
    expect(got.endsWith("0\r\n\r\n")).toBe(true);
    await idle(gateway);
    expect(gateway.counts.of("u1")).toMatchObject({ inflight: 0, closed: 1, failures: 0 });
  });
});

test("an upgrade tries the next endpoint when the first takes no connection", async () => {
  const container = await echoContainer();
  const gateway = await gatewayTo(route([upstream("u1", [direct(DEAD_PORT), direct(container.port, 1)])]));
  expect(await open(gateway.port).next()).toBe("hello /");
});

test("another protocol than WebSocket is tunnelled byte for byte", async () => {
  const container = await startContainer(
    () => {},
    (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      socket.pipe(socket);
    },
  );
  const gateway = await gatewayOver("direct", container.port);
  const head = http("GET / HTTP/1.1", "Host: web.test", "Connection: Upgrade", "Upgrade: echo", "", "");
  const got = await raw(gateway.port, `${head}early `, (got, socket) => {
    if (got.endsWith("early ")) socket.end("\u0000\u00ff late", "latin1");
  });
  expect(got).toContain("101 Switching Protocols");
  expect(got.endsWith("early \u0000\u00ff late")).toBe(true);
});

test("a client that reads nothing does not let a tunnel pile up", async () => {
  let written = 0;
  const container = await startContainer(
    () => {},
    (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: flood\r\n\r\n");
      const more = (): void => {
        while (socket.write(Buffer.alloc(64 * 1024))) written += 64 * 1024;
        socket.once("drain", more);
      };
      socket.on("error", () => socket.destroy());
      more();
    },
  );
  const gateway = await gatewayOver("line", container.port);
  const client = connect(gateway.port, "127.0.0.1");
  client.write(http("GET / HTTP/1.1", "Host: web.test", "Connection: Upgrade", "Upgrade: flood", "", ""));
  await once(client, "readable");
  await settled(() => written);
  expect(written).toBeLessThan(24 * 1024 * 1024);
  client.destroy();
});
