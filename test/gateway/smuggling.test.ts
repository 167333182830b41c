import { afterEach, expect, test } from "vitest";
import { startContainer, stopAll } from "../line/wiring.ts";
import { direct, gatewayTo, http, raw, route, upstream } from "./wiring.ts";

afterEach(stopAll);

const HOST = "Host: web.test";
const SMUGGLED = http("GET /smuggled HTTP/1.1", HOST, "", "");

/** Requests that two parsers may read in two ways. None of them, nor anything hidden in one, may reach a container. */
const CORPUS: Readonly<Record<string, string>> = {
  "length and chunks": http(
    "POST / HTTP/1.1",
    HOST,
    "Content-Length: 6",
    "Transfer-Encoding: chunked",
    "",
    "0",
    "",
    "X",
  ),
  "chunks and length": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding: chunked",
    "Content-Length: 6",
    "",
    "0",
    "",
    "X",
  ),
  "two lengths that differ": http(
    "POST / HTTP/1.1",
    HOST,
    "Content-Length: 5",
    "Content-Length: 6",
    "",
    "hello!",
  ),
  "two lengths that agree": http(
    "POST / HTTP/1.1",
    HOST,
    "Content-Length: 5",
    "Content-Length: 5",
    "",
    "hello",
  ),
  "a list of lengths": http("POST / HTTP/1.1", HOST, "Content-Length: 5, 5", "", "hello"),
  "a length with a sign": http("POST / HTTP/1.1", HOST, "Content-Length: +5", "", "hello"),
  "a hexadecimal length": http("POST / HTTP/1.1", HOST, "Content-Length: 0x5", "", "hello"),
  "a negative length": http("POST / HTTP/1.1", HOST, "Content-Length: -5", "", "hello"),
  "a length with a space inside": http("POST / HTTP/1.1", HOST, "Content-Length: 1 0", "", "hello"),
  "a length beyond 64 bits": http(
    "POST / HTTP/1.1",
    HOST,
    "Content-Length: 99999999999999999999",
    "",
    "hello",
  ),
  "an unknown transfer coding": http("POST / HTTP/1.1", HOST, "Transfer-Encoding: xchunked", "", "0", "", ""),
  "chunked twice": http("POST / HTTP/1.1", HOST, "Transfer-Encoding: chunked, chunked", "", "0", "", ""),
  "chunked not last": http("POST / HTTP/1.1", HOST, "Transfer-Encoding: chunked, identity", "", "0", "", ""),
  "two transfer codings": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: identity",
    "",
    "0",
    "",
    "",
  ),
  "a space before the colon": http("POST / HTTP/1.1", HOST, "Transfer-Encoding : chunked", "", "0", "", ""),
  "a space before the colon of a length": http("POST / HTTP/1.1", HOST, "Content-Length : 5", "", "hello"),
  "a folded header": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding:",
    " chunked",
    "Content-Length: 5",
    "",
    "hello",
  ),
  "a folded value": http("GET / HTTP/1.1", HOST, "X-A: one", " two", "", ""),
  "a first header that is folded": http("GET / HTTP/1.1", ` ${HOST}`, HOST, "", ""),
  "bare line feeds": `GET / HTTP/1.1\n${HOST}\n\n`,
  "a bare line feed between headers": `GET / HTTP/1.1\r\n${HOST}\nX-A: b\r\n\r\n`,
  "a bare line feed at the end": `GET / HTTP/1.1\r\n${HOST}\r\n\n`,
  "a bare carriage return in a value": http("GET / HTTP/1.1", HOST, "X-A: b\rX-C: d", "", ""),
  "a null in a value": http("GET / HTTP/1.1", HOST, "X-A: b\u0000c", "", ""),
  "a null in a name": http("GET / HTTP/1.1", HOST, "X-\u0000A: b", "", ""),
  "a header without a name": http("GET / HTTP/1.1", HOST, ": b", "", ""),
  "a header without a colon": http("GET / HTTP/1.1", HOST, "X-A", "", ""),
  "two hosts": http("GET / HTTP/1.1", HOST, "Host: other.test", "", ""),
  "no host": http("GET / HTTP/1.1", "", ""),
  "an empty host": http("GET / HTTP/1.1", "Host:", "", ""),
  "a host with a path": http("GET / HTTP/1.1", "Host: web.test/a", "", ""),
  "a host with an at sign": http("GET / HTTP/1.1", "Host: other@web.test", "", ""),
  "a chunk size with a sign": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding: chunked",
    "",
    "+5",
    "hello",
    "0",
    "",
    "",
  ),
  "a chunk size in 0x": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding: chunked",
    "",
    "0x5",
    "hello",
    "0",
    "",
    "",
  ),
  "a chunk size with a space": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding: chunked",
    "",
    "5 ",
    "hello",
    "0",
    "",
    "",
  ),
  "a chunk size beyond 64 bits": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding: chunked",
    "",
    "fffffffffffffffff",
    "hello",
    "0",
    "",
    "",
  ),
  "a chunk longer than it says": http(
    "POST / HTTP/1.1",
    HOST,
    "Transfer-Encoding: chunked",
    "",
    "3",
    "hello",
    "0",
    "",
    "",
  ),
  "a chunk ended by a line feed": `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`,
  "chunks to HTTP/1.0": http(
    "POST / HTTP/1.0",
    HOST,
    "Transfer-Encoding: chunked",
    "Content-Length: 5",
    "",
    "hello",
  ),
  "another version": http("GET / HTTP/1.2", HOST, "", ""),
  "HTTP/0.9": "GET /\r\n",
  "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "a tab in the request line": `GET\t/\tHTTP/1.1\r\n${HOST}\r\n\r\n`,
  "a space in the target": http("GET /a b HTTP/1.1", HOST, "", ""),
  CONNECT: http("CONNECT web.test:80 HTTP/1.1", HOST, "", ""),
  TRACE: http("TRACE / HTTP/1.1", HOST, "", ""),
};

test.each(Object.entries(CORPUS))(
  "%s: refused, and nothing after it on its connection is served",
  async (_name, bytes) => {
    const seen: string[] = [];
    const container = await startContainer((req, res) => {
      seen.push(`${req.method} ${req.url}`);
      req.resume().on("end", () => res.end("REACHED"));
    });
    const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]), {
      limits: { lingerMs: 50 },
    });
    const got = await raw(port, bytes + SMUGGLED, (got, socket) => {
      if (got.includes("REACHED")) socket.end();
    });
    expect(seen.filter((line) => line.includes("/smuggled"))).toEqual([]);
    expect(got).toMatch(/^(HTTP\/1\.1 (400|405|413|431|502|505) |$)/);
    expect(got).not.toContain("REACHED");
  },
);

test("two requests sent at once are served one after the other, and answered in their order", async () => {
  const order: string[] = [];
  const container = await startContainer((req, res) => {
    order.push(`${req.url} begins`);
    const end = () => {
      order.push(`${req.url} ends`);
      res.end(req.url);
    };
    setTimeout(end, req.url === "/a" ? 30 : 0);
  });
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]));
  const both =
    http("PUT /a HTTP/1.1", HOST, "", "") + http("GET /b HTTP/1.1", HOST, "Connection: close", "", "");
  const got = await raw(port, both);
  expect(order).toEqual(["/a begins", "/a ends", "/b begins", "/b ends"]);
  expect(got.indexOf("/a")).toBeGreaterThan(0);
  expect(got.indexOf("/b")).toBeGreaterThan(got.indexOf("/a"));
});

test("what is malformed after an answer has begun cuts it off, and puts no words of ours into it", async () => {
  const container = await startContainer((_req, res) => void res.write("begun"));
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]));
  const two = http("GET / HTTP/1.1", HOST, "", "") + http("GET / HTTP/1.1", HOST, "", "");
  const got = await raw(port, two, (got, socket) => {
    if (got.endsWith("begun\r\n")) socket.write("no HTTP\r\n\r\n");
  });
  expect(got.endsWith("begun\r\n")).toBe(true);
});

test("an upgrade to h2c, and one with a body, are ordinary requests: nothing passes these rules in a tunnel", async () => {
  const container = await startContainer(
    (req, res) => void res.end(`upgrade=${req.headers.upgrade ?? "none"}`),
  );
  const { port } = await gatewayTo(route([upstream("u1", [direct(container.port)])]));
  const h2c = http(
    "GET / HTTP/1.1",
    HOST,
    "Connection: Upgrade, HTTP2-Settings, close",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABk",
    "",
    "",
  );
  expect(await raw(port, h2c)).toContain("upgrade=none");
  const body = http(
    "GET / HTTP/1.1",
    HOST,
    "Connection: Upgrade, close",
    "Upgrade: websocket",
    "Content-Length: 5",
    "",
    "hello",
  );
  expect(await raw(port, body)).toContain("upgrade=none");
});

test("a head above 16 KiB, and one with too many headers, are 431", async () => {
  const { port } = await gatewayTo(route([]));
  const big = http("GET / HTTP/1.1", HOST, `X-Big: ${"x".repeat(17_000)}`, "", "");
  expect(await raw(port, big)).toContain("431 Request Header Fields Too Large");
  const many = Array.from({ length: 200 }, (_, at) => `X-${at}: 1`);
  expect(await raw(port, http("GET / HTTP/1.1", HOST, "Connection: close", ...many, "", ""))).toContain(
    "431 ",
  );
});

test("a request that comes around again and again is stopped", async () => {
  const { port } = await gatewayTo(route([]));
  const loop = http(
    "GET / HTTP/1.1",
    HOST,
    "Connection: close",
    `Via: ${Array(4).fill("1.1 berth").join(", ")}`,
    "",
    "",
  );
  expect(await raw(port, loop)).toContain("508 Loop Detected");
});
