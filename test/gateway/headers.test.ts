import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Header } from "../../src/domain/upstream.ts";
import {
  headersRefusal,
  requestHeaders,
  requestIdOf,
  responseHeaders,
  upgradeOf,
} from "../../src/gateway/headers.ts";
import type { ForwardFacts } from "../../src/gateway/headers.ts";
import { cookieValue } from "../../src/gateway/sticky.ts";

const FACTS: ForwardFacts = {
  host: "web.test",
  authority: "web.test",
  proto: "http",
  clientAddress: "192.0.2.7",
  prefix: undefined,
  requestId: "r1",
  upgrade: undefined,
  trustForwarded: false,
};
const names = (headers: readonly Header[]) => headers.map(([name]) => name.toLowerCase());
const value = (headers: readonly Header[], name: string) =>
  headers.find(([own]) => own.toLowerCase() === name)?.[1];

test("nothing of one connection goes on, in either direction, nor what Connection names", () => {
  const hop = [
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  ];
  const token = fc.stringMatching(/^x-[a-z]{1,8}$/);
  fc.assert(
    fc.property(
      fc.subarray(hop),
      fc.array(token, { maxLength: 4 }),
      fc.array(token, { maxLength: 6 }),
      (hops, listed, others) => {
        const incoming: Header[] = [
          ...hops.map((name): Header => [name, "1"]),
          ["connection", `close, ${listed.join(" , ").toUpperCase()}`],
          ...others.map((name): Header => [name, "1"]),
        ];
        for (const out of [requestHeaders(incoming, FACTS), responseHeaders(incoming, "r1")]) {
          for (const name of [...hop, ...listed]) expect(names(out)).not.toContain(name.toLowerCase());
          for (const name of others) if (!listed.includes(name)) expect(names(out)).toContain(name);
        }
      },
    ),
  );
});

test("a Connection header cannot take away what a message means", () => {
  const incoming: Header[] = [
    ["Connection", "content-length, authorization, cookie, host"],
    ["Content-Length", "5"],
    ["Authorization", "a"],
    ["Cookie", "b=1"],
  ];
  const out = requestHeaders(incoming, FACTS);
  expect([
    value(out, "content-length"),
    value(out, "authorization"),
    value(out, "cookie"),
    value(out, "host"),
  ]).toEqual(["5", "a", "b=1", "web.test"]);
});

test("what a client says of itself is replaced, unless the operator's own proxy said it", () => {
  const incoming: Header[] = [
    ["X-Forwarded-For", "6.6.6.6"],
    ["X-Forwarded-Proto", "https"],
    ["X-Forwarded-Host", "evil"],
    ["Forwarded", "for=6.6.6.6"],
    ["X-Real-IP", "6.6.6.6"],
  ];
  const own = requestHeaders(incoming, FACTS);
  expect([
    value(own, "x-forwarded-for"),
    value(own, "x-forwarded-proto"),
    value(own, "x-forwarded-host"),
  ]).toEqual(["192.0.2.7", "http", "web.test"]);
  expect(names(own)).not.toContain("forwarded");
  expect(names(own)).not.toContain("x-real-ip");
  const trusted = requestHeaders(incoming, { ...FACTS, trustForwarded: true });
  expect([
    value(trusted, "x-forwarded-for"),
    value(trusted, "x-forwarded-proto"),
    value(trusted, "x-forwarded-host"),
  ]).toEqual(["6.6.6.6, 192.0.2.7", "https", "evil"]);
});

test("our cookies never reach a container and a container never sets one; the others keep their order", () => {
  const incoming: Header[] = [
    ["Cookie", "a=1;__Host-berth.web=u.0; b=2; __Host-berth=x"],
    ["cookie", "__Host-berth_s=1"],
  ];
  expect(requestHeaders(incoming, FACTS).filter(([name]) => name.toLowerCase() === "cookie")).toEqual([
    ["Cookie", "a=1; b=2"],
  ]);
  const set: Header[] = [
    ["Set-Cookie", "__Host-berth=x"],
    ["Set-Cookie", " __Host-berth.y=x"],
    ["Set-Cookie", "own=1"],
  ];
  expect(responseHeaders(set, "r1").filter(([name]) => name === "Set-Cookie")).toEqual([
    ["Set-Cookie", "own=1"],
  ]);
});

test("a request id is kept when it is one, and made when it is not", () => {
  const id = (...values: readonly string[]) =>
    requestIdOf(
      values.map((one): Header => ["X-Request-ID", one]),
      () => "made",
    );
  expect(id("abc-1.2_3")).toBe("abc-1.2_3");
  for (const bad of [[], [""], ["a b"], ["a".repeat(129)], ["<script>"], ["a", "b"]])
    expect(id(...bad)).toBe("made");
});

test("an upgrade is asked for with both headers, one protocol and no body", () => {
  const asks = (...headers: readonly Header[]) => upgradeOf(headers);
  expect(asks(["Connection", "keep-alive, Upgrade"], ["Upgrade", "websocket"])).toBe("websocket");
  expect(asks(["Upgrade", "websocket"])).toBeUndefined();
  expect(asks(["Connection", "Upgrade"], ["Upgrade", "h2c"])).toBeUndefined();
  expect(asks(["Connection", "Upgrade"], ["Upgrade", "a, b"])).toBeUndefined();
  expect(asks(["Connection", "Upgrade"], ["Upgrade", "websocket"], ["Content-Length", "0"])).toBeUndefined();
});

test("a message with two lengths, too many headers or too large ones is refused", () => {
  expect(headersRefusal([["Content-Length", "5"]])).toBeUndefined();
  expect(
    headersRefusal([
      ["Content-Length", "5"],
      ["content-length", "5"],
    ]),
  ).toMatchObject({ status: 400 });
  expect(
    headersRefusal([
      ["Content-Length", "5"],
      ["Transfer-Encoding", "chunked"],
    ]),
  ).toMatchObject({ status: 400 });
  expect(headersRefusal(Array.from({ length: 129 }, (): Header => ["a", "b"]))).toMatchObject({
    status: 431,
  });
  expect(headersRefusal([["a", "b".repeat(16 * 1024)]])).toMatchObject({ status: 431 });
});

test("a cookie is found by its whole name", () => {
  expect(cookieValue("ab=1; b=2;c", "b")).toBe("2");
  expect(cookieValue("ab=1", "b")).toBeUndefined();
  expect(cookieValue(undefined, "b")).toBeUndefined();
});
