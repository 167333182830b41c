import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { settled, startContainer, stopAll } from "../line/wiring.ts";
import { direct, gatewayOver, gatewayTo, http, raw, route, upstream } from "./wiring.ts";

afterEach(stopAll);
const MIB = 1024 * 1024;

/** fetch sets Host itself, so the host form goes through node:http. */
function ask(
  port: number,
  options: {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Record<string, string>;
  } = {},
) {
  const { path = "/", method = "GET", headers = {} } = options;
  const outgoing = httpRequest({
    port,
    host: "127.0.0.1",
    path,
    method,
    headers: { host: "web.test", ...headers },
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.on("response", resolve).on("error", reject),
  );
  return { outgoing, answer };
}
async function body(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

describe.each(["direct", "line"] as const)("%s", (path) => {
  test("20 MB go up and come back byte for byte", async () => {
    const container = await startContainer((req, res) => void req.pipe(res));
    const { port } = await gatewayOver(path, container.port);
    const bytes = randomBytes(20 * MIB);
    const { outgoing, answer } = ask(port, { method: "POST" });
    outgoing.end(bytes);
    const hash = createHash("sha256");
    for await (const chunk of await answer) hash.update(chunk);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  test("50 MB to a client that reads nothing stop after a bounded number of bytes, and all arrive once it reads", async () => {
    let written = 0;
    const container = await startContainer((_req, res) => {
      const more = (): void => {
        while (written < 50 * MIB) {
          written += 64 * 1024;
          if (!res.write(Buffer.alloc(64 * 1024))) return void res.once("drain", more);
        }
        res.end();
      };
      more();
    });
    const { port } = await gatewayOver(path, container.port);
    const { outgoing, answer } = ask(port);
    outgoing.end();
    const incoming = await answer;
    await settled(() => written);
    expect(written).toBeLessThan(24 * MIB); // buffers of three sockets on loopback, and credit
    let got = 0;
    for await (const chunk of incoming) got += Buffer.byteLength(chunk);
    expect(got).toBe(50 * MIB);
  });

  test("50 MB from a client to a container that reads nothing stop after a bounded number of bytes", async () => {
    const container = await startContainer((req) => void req.pause());
    const { port } = await gatewayOver(path, container.port);
    const { outgoing, answer } = ask(port, { method: "POST" });
    let written = 0;
    const more = (): void => {
      while (written < 50 * MIB) {
        written += 64 * 1024;
        if (!outgoing.write(Buffer.alloc(64 * 1024))) return void outgoing.once("drain", more);
      }
    };
    more();
    await settled(() => written);
    expect(written).toBeLessThan(24 * MIB);
    outgoing.destroy();
    await expect(answer).rejects.toThrow();
  });

  test("each server-sent event arrives when it is sent, not when the stream ends", async () => {
    const send: (() => void)[] = [];
    const container = await startContainer((_req, res) => {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.flushHeaders();
      send.push(
        () => res.write("data: one\n\n"),
        () => res.end("data: two\n\n"),
      );
    });
    const { port } = await gatewayOver(path, container.port);
    const { outgoing, answer } = ask(port);
    outgoing.end();
    const incoming = await answer;
    send[0]?.();
    const [first] =
      (await new Promise<unknown[]>((resolve) => incoming.once("data", (...data) => resolve(data)))) ?? [];
    expect(String(first)).toBe("data: one\n\n");
    send[1]?.();
    expect(await body(incoming)).toBe("data: two\n\n");
  });

  test("HEAD keeps its length and has no body; 204 and 304 have none", async () => {
    const container = await startContainer((req, res) => {
      const status = Number(req.url?.slice(1));
      res.writeHead(status, status === 200 ? { "content-length": "5" } : {}).end();
    });
    const { port } = await gatewayOver(path, container.port);
    const head = ask(port, { method: "HEAD", path: "/200" });
    head.outgoing.end();
    const incoming = await head.answer;
    expect(incoming.headers["content-length"]).toBe("5");
    expect(await body(incoming)).toBe("");
    for (const status of [204, 304]) {
      const { outgoing, answer } = ask(port, { path: `/${status}` });
      outgoing.end();
      expect((await answer).statusCode).toBe(status);
    }
  });

  test("a client of HTTP/1.0 gets the whole body and then the end of the connection", async () => {
    const container = await startContainer((_req, res) => {
      res.write("in ");
      setImmediate(() => res.end("parts"));
    });
    const { port } = await gatewayOver(path, container.port);
    const got = await raw(port, http("GET / HTTP/1.0", "Host: web.test", "", ""));
    expect(got).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(got.toLowerCase()).not.toContain("transfer-encoding");
    expect(got.endsWith("\r\n\r\nin parts")).toBe(true);
  });

  test("200 requests at once each get their own answer", async () => {
    const container = await startContainer((req, res) => void res.end(req.url));
    const { port, counts } = await gatewayOver(path, container.port);
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const { outgoing, answer } = ask(port, { path: `/${at}` });
        outgoing.end();
        return body(await answer);
      }),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, at) => `/${at}`));
    await settled(() => counts.of("u1").inflight);
    expect(counts.of("u1")).toMatchObject({ inflight: 0, requests: 200, failures: 0 });
  });
});

test("a client that expects 100-continue is told to go on when the container takes the request, and not before", async () => {
  const container = await startContainer((req, res) => void req.pipe(res));
  const { port } = await gatewayOver("direct", container.port);
  const head = [
    "POST / HTTP/1.1",
    "Host: web.test",
    "Content-Length: 5",
    "Expect: 100-continue",
    "Connection: close",
    "",
    "",
  ];
  const got = await raw(port, http(...head), (got, socket) => {
    if (got.endsWith("HTTP/1.1 100 Continue\r\n\r\n")) socket.write("hello");
  });
  expect(got).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  expect(got).toContain("hello");
  const refused = await raw(port, http(...head.map((line) => line.replace("web.test", "other.test"))));
  expect(refused).toMatch(/^HTTP\/1\.1 404 /);
});

test("the container sees who asked, and neither what belongs to one connection nor our cookies", async () => {
  const container = await startContainer(
    (req, res) =>
      void res.end(JSON.stringify({ url: req.url, headers: req.headers, count: req.rawHeaders.length / 2 })),
  );
  const { port } = await gatewayOver("direct", container.port);
  const { outgoing, answer } = ask(port, {
    path: "/shop/production/web/a%20b?c",
    headers: {
      host: `127.0.0.1:${port}`,
      connection: "close, x-private",
      "x-private": "1",
      te: "trailers",
      "proxy-authorization": "Basic x",
      "x-forwarded-for": "6.6.6.6",
      "x-request-id": "mine-1",
      authorization: "Bearer its-own",
      cookie: "a=1; __Host-berth_session=secret; b=2",
    },
  });
  outgoing.end();
  const incoming = await answer;
  const headers = {
    host: `127.0.0.1:${port}`,
    authorization: "Bearer its-own",
    cookie: "a=1; b=2",
    connection: "keep-alive",
    via: "1.1 berth",
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-host": `127.0.0.1:${port}`,
    "x-forwarded-prefix": "/shop/production/web",
    "x-forwarded-proto": "http",
    "x-request-id": "mine-1",
  };
  expect(JSON.parse(await body(incoming))).toEqual({
    url: "/a%20b?c",
    headers,
    count: Object.keys(headers).length,
  });
  expect(incoming.headers["x-request-id"]).toBe("mine-1");
  expect(incoming.headers.via).toBe("1.1 berth");
});

test("a sticky route sends a client back to the replica its cookie names, and the cookie stays here", async () => {
  const containers = await Promise.all(
    [0, 1].map((at) => startContainer((req, res) => void res.end(`${at} ${req.headers.cookie ?? ""}`))),
  );
  const endpoints = containers.map(({ port }, at) => direct(port, at));
  const { port } = await gatewayTo(route([upstream("u1", endpoints)], { sticky: true }), { draw: () => 0 });
  const first = ask(port);
  first.outgoing.end();
  const [cookie] = (await first.answer).headers["set-cookie"] ?? [];
  expect(cookie).toBe("__Host-berth.web.production.p1=u1.0; Path=/; Secure; HttpOnly; SameSite=Lax");
  const second = ask(port, { headers: { cookie: "__Host-berth.web.production.p1=u1.1; x=1" } });
  second.outgoing.end();
  const incoming = await second.answer;
  expect(incoming.headers["set-cookie"]).toBeUndefined();
  expect(await body(incoming)).toBe("1 x=1");
});
