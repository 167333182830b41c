import { connect } from "node:net";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { settled, startContainer, stopAll } from "../line/wiring.ts";
import { DEAD_PORT, direct, gatewayOver, gatewayTo, http, raw, route, upstream } from "./wiring.ts";

afterEach(stopAll);
const GET = http("GET / HTTP/1.1", "Host: web.test", "Connection: close", "", "");
const post = (body: string, ...more: readonly string[]) =>
  http("POST / HTTP/1.1", "Host: web.test", "Connection: close", ...more, "", body);

test("a dead endpoint costs nothing but the try: the next one gets the request, with its whole body", async () => {
  const container = await startContainer((req, res) => void req.pipe(res));
  const endpoints = [direct(DEAD_PORT, 0), direct(container.port, 1)];
  const { port, counts } = await gatewayTo(route([upstream("u1", endpoints)]));
  const got = await raw(port, post("5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked"));
  expect(got).toContain("200 OK");
  expect(got).toContain("hello");
  // The dead one is tried last from now on.
  await raw(port, GET);
  expect(counts.of("u1")).toMatchObject({ requests: 3, failures: 1 });
});

test("a request that reached a container is never given to another", async () => {
  let first = 0;
  let second = 0;
  const dying = await startContainer((req) => {
    first++;
    req.socket.destroy();
  });
  const other = await startContainer((_req, res) => {
    second++;
    res.end();
  });
  const { port } = await gatewayTo(route([upstream("u1", [direct(dying.port, 0), direct(other.port, 1)])]));
  const got = await raw(port, post("hello", "Content-Length: 5"));
  expect(got).toContain("502 Bad Gateway");
  expect(got).toContain('"code":"bad-gateway"');
  expect(await raw(port, GET)).toContain("502 Bad Gateway");
  expect([first, second]).toEqual([2, 0]);
});

test("when no endpoint takes the connection the answer is 503, and says when to come again", async () => {
  const { port } = await gatewayTo(route([upstream("u1", [direct(DEAD_PORT)])]));
  const got = await raw(port, GET);
  expect(got).toContain("503 Service Unavailable");
  expect(got).toMatch(/Retry-After: \d/);
  expect(got).toMatch(/X-Request-Id: made-\d/);
});

test("an idle connection that the container closes under a GET is no failure; a POST never rides on one", async () => {
  let connections = 0;
  const container = await startContainer((req, res) => {
    if (req.method === "GET" && req.socket.bytesRead > 400) req.socket.destroy();
    else res.end("fine");
  });
  container.server.on("connection", () => connections++);
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]));
  for (let at = 0; at < 6; at++) expect(await raw(port, GET)).toContain("200 OK");
  const before = connections;
  for (let at = 0; at < 3; at++)
    expect(await raw(port, post("hello", "Content-Length: 5"))).toContain("200 OK");
  expect(connections).toBe(before + 3);
});

describe.each(["direct", "line"] as const)("%s", (path) => {
  test("a container that dies midway breaks the connection off: neither chunks nor a length look complete", async () => {
    const container = await startContainer((req, res) => {
      if (req.url === "/length") res.writeHead(200, { "content-length": "1000" });
      res.write("half");
      setTimeout(() => res.destroy(), 20);
    });
    const { port, counts } = await gatewayOver(path, container.port);
    const chunked = await raw(port, http("GET / HTTP/1.1", "Host: web.test", "", ""));
    expect(chunked).toContain("half");
    expect(chunked).not.toContain("\r\n0\r\n");
    const sized = await raw(port, http("GET /length HTTP/1.1", "Host: web.test", "", ""));
    expect(sized.split("\r\n\r\n")[1]).toBe("half");
    const old = connect(port, "127.0.0.1").on("data", () => {});
    old.write(http("GET / HTTP/1.0", "Host: web.test", "", ""));
    const error = await new Promise<Error | undefined>((resolve) =>
      old.on("error", resolve).on("end", () => resolve(undefined)),
    );
    expect(error).toBeInstanceOf(Error); // an orderly end would have been the end of the body
    expect(counts.of("u1").failures).toBe(3);
  });

  test("a client that goes away ends the container's request, and is counted as such", async () => {
    const begun = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const container = await startContainer((_req, res) => {
      res.on("close", () => gone.resolve());
      begun.resolve();
    });
    const { port, counts } = await gatewayOver(path, container.port);
    const client = connect(port, "127.0.0.1");
    client.write(GET);
    await begun.promise;
    client.destroy();
    await gone.promise;
    await settled(() => counts.of("u1").inflight);
    expect(counts.of("u1")).toMatchObject({ inflight: 0, aborted: 1, failures: 0 });
  });

  test("a body above the route's limit is refused: at once when it is declared, while it comes when it is not", async () => {
    let finished = 0;
    const container = await startContainer((req, res) => {
      req.resume().on("end", () => {
        finished++;
        res.end();
      });
    });
    const { port } = await gatewayOver(path, container.port, { maxBodyMiB: 1 });
    const declared = await raw(port, post("", "Content-Length: 1048577", "Expect: 100-continue"));
    expect(declared).toContain("413 Payload Too Large");
    expect(declared).not.toContain("100 Continue");
    const outgoing = httpRequest({ port, host: "127.0.0.1", method: "POST", headers: { host: "web.test" } });
    const answer = new Promise<IncomingMessage>((resolve, reject) =>
      outgoing.on("response", resolve).on("error", reject),
    );
    outgoing.end(Buffer.alloc(1_048_577));
    expect((await answer).statusCode).toBe(413);
    expect(finished).toBe(0);
  });
});

test("a container that does not begin to answer in time is a 504, a client that stops sending a 408", async () => {
  const container = await startContainer(() => {});
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]), {
    limits: { firstByteMs: 50 },
  });
  expect(await raw(port, GET)).toContain("504 Gateway Timeout");
  expect(await raw(port, post("hal", "Content-Length: 5"))).toContain("408 Request Timeout");
});

test("a response in which nothing moves for the idle time is broken off", async () => {
  const container = await startContainer((_req, res) => void res.write("half"));
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]), {
    limits: { idleMs: 50 },
  });
  const got = await raw(port, GET);
  expect(got).toContain("half");
  expect(got).not.toContain("\r\n0\r\n");
});

test("a gateway with all the requests it carries says 503 and goes on serving those", async () => {
  const release: (() => void)[] = [];
  const container = await startContainer((_req, res) => void release.push(() => res.end("done")));
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]), {
    limits: { maxConcurrent: 1 },
  });
  const first = raw(port, GET);
  await settled(() => release.length);
  const second = await raw(port, GET);
  expect(second).toContain("503 Service Unavailable");
  expect(second).toContain('"code":"too-busy"');
  release[0]?.();
  expect(await first).toContain("done");
});

test("a gateway that closes lets what is under way finish", async () => {
  const release: (() => void)[] = [];
  const container = await startContainer((_req, res) => void release.push(() => res.end("done")));
  const { port, close } = await gatewayTo(route([upstream("u1", [direct(container.port)])]));
  const first = raw(port, GET);
  await settled(() => release.length);
  const closed = close(10_000);
  release[0]?.();
  expect(await first).toContain("done");
  await closed;
});

test("an answer that came early reaches a client that still sends, which is then let go", async () => {
  const container = await startContainer((_req, res) => void res.writeHead(401).end("no"));
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]), {
    limits: { lingerMs: 50 },
  });
  const got = await raw(
    port,
    http("POST / HTTP/1.1", "Host: web.test", "Content-Length: 100000", "", "x".repeat(1_000)),
  );
  expect(got).toContain("401 Unauthorized");
  expect(got.endsWith("\r\nno\r\n0\r\n\r\n")).toBe(true);
});

test("routes that are private, not carried, or unknown are refused in words", async () => {
  const container = await startContainer((_req, res) => void res.end());
  const upstreams = [upstream("u1", [direct(container.port)])];
  const secret = await gatewayTo(route(upstreams, { access: "private" }));
  expect(await raw(secret.port, GET)).toMatch(
    /401 Unauthorized[\s\S]*WWW-Authenticate[\s\S]*"code":"key-required"/,
  );
  const keyed = await gatewayTo(route(upstreams, { access: "private" }), {
    acceptsKey: async (_route, key) => key === "k",
  });
  expect(
    await raw(
      keyed.port,
      http("GET / HTTP/1.1", "Host: web.test", "Berth-Route-Key: k", "Connection: close", "", ""),
    ),
  ).toContain("200 OK");
  const grpc = await gatewayTo(route(upstreams, { protocol: "grpc" }));
  expect(await raw(grpc.port, GET)).toMatch(/502 Bad Gateway[\s\S]*set route.protocol to http1/);
  const unknown = await raw(
    grpc.port,
    http("GET /a HTTP/1.1", "Host: other.test", "Connection: close", "", ""),
  );
  expect(unknown).toMatch(/404 Not Found[\s\S]*application\/problem\+json[\s\S]*"code":"no-such-route"/);
});
