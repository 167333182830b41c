import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import type { Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { healthCheckOf } from "../../src/agent/health-check.ts";
import { probe } from "../../src/agent/probe.ts";
import { aUnit } from "./a-unit.ts";
import { addressOf } from "./fake-broker.ts";

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if (server instanceof http.Server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
async function listen(server: Server): Promise<{ host: string; port: number; timeoutMs: number }> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = addressOf(server);
  return { host: "127.0.0.1", port, timeoutMs: 500 };
}
const answering = (status: number) => http.createServer((_, response) => response.writeHead(status).end());

describe("a health check", () => {
  test.each([
    [200, true],
    [204, true],
    [302, true],
    [404, false],
    [503, false],
  ])("by path: %i is healthy: %s", async (status, ok) => {
    const target = await listen(answering(status));
    expect((await probe({ kind: "http", port: 8080, path: "/healthz", http2: false }, target)).ok).toBe(ok);
  });

  test("by path over HTTP/2, as h2c traffic goes", async () => {
    const server = http2.createServer((request, response) => {
      response.writeHead(request.url === "/healthz" ? 200 : 500);
      response.end();
    });
    const target = await listen(server);
    expect(await probe({ kind: "http", port: 1, path: "/healthz", http2: true }, target)).toEqual({
      ok: true,
    });
    expect((await probe({ kind: "http", port: 1, path: "/", http2: true }, target)).ok).toBe(false);
  });

  test("an answer that never comes fails within its time, and says so", async () => {
    const target = await listen(http.createServer(() => {}));
    expect(await probe({ kind: "http", port: 1, path: "/slow", http2: false }, target)).toEqual({
      ok: false,
      because: "/slow did not answer within 500 ms",
    });
  });

  test("by connection: held is healthy; refused, or closed at once as a proxy does, is not", async () => {
    const target = await listen(net.createServer(() => {}));
    expect(await probe({ kind: "tcp", port: 1 }, target)).toEqual({ ok: true });
    const closing = await listen(net.createServer((socket) => socket.destroy()));
    expect((await probe({ kind: "tcp", port: 1 }, closing)).ok).toBe(false);
    expect((await probe({ kind: "tcp", port: 1 }, { ...target, port: 1 })).ok).toBe(false);
  });

  test.each([
    [1, true],
    [2, false],
    [0, false],
  ])("by gRPC: serving status %i is healthy: %s", async (status, ok) => {
    const server = http2.createServer();
    server.on("stream", (stream, headers) => {
      expect(headers[":path"]).toBe("/grpc.health.v1.Health/Check");
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from(status === 0 ? [0, 0, 0, 0, 0] : [0, 0, 0, 0, 2, 0x08, status]));
    });
    const target = await listen(server);
    expect((await probe({ kind: "grpc", port: 1, service: "shop" }, target)).ok).toBe(ok);
  });

  test("what to check follows the spec: path, gRPC, staying alive, else the port, else staying alive a moment", () => {
    const health = { intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 2, startupSeconds: 20 };
    const kind = (over: Parameters<typeof aUnit>[0]) => healthCheckOf(aUnit(over).template).kind;
    expect(kind({ template: { health: { ...health, path: "/" } } })).toBe("http");
    expect(kind({ template: { health: { ...health, grpc: "" } } })).toBe("grpc");
    expect(kind({ template: { health: { ...health, aliveSeconds: 5 }, route: undefined } })).toBe("alive");
    expect(kind({ template: { health } })).toBe("tcp");
    expect(kind({ template: { health, route: undefined } })).toBe("alive");
  });
});
