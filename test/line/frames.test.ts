import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lineUrl, parseLineUrl } from "../../src/agent/line/address.ts";
import {
  HEADER_BYTES,
  MAX_FRAME_BYTES,
  MAX_PAYLOAD_BYTES,
  decodeFrame,
  encodeFrame,
} from "../../src/agent/line/frames.ts";
import type { Frame } from "../../src/agent/line/frames.ts";
import { MAX_HEADERS } from "../../src/agent/line/messages.ts";

const stream = fc.integer({ min: 1, max: 0xffff_ffff });
const count = fc.nat({ max: 1_000_000 });
const name = fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/);
const value = fc.stringMatching(/^[\t\x20-\x7e\xa0-\xff]{0,40}$/);
const headers = fc.array(fc.tuple(name, value), { maxLength: 20 });
const text = fc.string({ minLength: 1, maxLength: 60 });
const http = fc.record({
  kind: fc.constant("http" as const),
  unit: text,
  replica: count,
  port: fc.integer({ min: 1, max: 65_535 }),
  method: text,
  target: text,
  headers,
  body: fc.boolean(),
});
const logs = fc.record({ kind: fc.constant("logs" as const), unit: text, tail: count, follow: fc.boolean() });
const head = fc.record({ status: fc.integer({ min: 100, max: 999 }), headers, body: fc.boolean() });
const reset = fc.record({ connect: fc.boolean(), message: fc.string({ maxLength: 100 }) });
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant("open" as const), stream, open: fc.oneof(http, logs) }),
  fc.record({ type: fc.constant("head" as const), stream, head }),
  fc.record({
    type: fc.constant("data" as const),
    stream,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 3_000 }),
  }),
  fc.record({ type: fc.constant("end" as const), stream }),
  fc.record({ type: fc.constant("reset" as const), stream, reset }),
  fc.record({
    type: fc.constant("credit" as const),
    stream,
    bytes: fc.integer({ min: 1, max: 0xffff_ffff }),
  }),
  fc.constantFrom<Frame>({ type: "ring" }, { type: "ping" }, { type: "pong" }, { type: "retire" }),
);

test("every frame comes back as it was", () => {
  fc.assert(
    fc.property(frame, (frame) => {
      expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
    }),
  );
});

test("no bytes make the decoder throw: they are a frame that encodes to the same meaning, or garbage with a reason", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.nat({ max: 12 }), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 60 }))
      .map(([type, id, rest]) => Uint8Array.from([type, 0, 0, 0, id, ...rest])),
    fc
      .tuple(fc.constantFrom(1, 2, 5), fc.json())
      .map(([type, json]) => Uint8Array.from([type, 0, 0, 0, 1, ...new TextEncoder().encode(json)])),
  );
  fc.assert(
    fc.property(bytes, (bytes) => {
      const decoded = decodeFrame(bytes);
      if (decoded.type === "garbage") expect(decoded.because.length).toBeGreaterThan(0);
      else expect(decodeFrame(encodeFrame(decoded))).toEqual(decoded);
    }),
    { numRuns: 2_000 },
  );
});

test("a frame with one byte changed never makes the decoder throw", () => {
  fc.assert(
    fc.property(frame, fc.nat(), fc.nat({ max: 255 }), (frame, at, byte) => {
      const bytes = encodeFrame(frame);
      bytes[at % bytes.length] = byte;
      expect(decodeFrame(bytes).type).toBeTypeOf("string");
    }),
    { numRuns: 2_000 },
  );
});

test("no frame is larger than 64 KiB, and what would be is refused before it is sent", () => {
  const full: Frame = { type: "data", stream: 1, bytes: new Uint8Array(MAX_PAYLOAD_BYTES) };
  expect(encodeFrame(full)).toHaveLength(MAX_FRAME_BYTES);
  expect(() => encodeFrame({ ...full, bytes: new Uint8Array(MAX_PAYLOAD_BYTES + 1) })).toThrow(RangeError);
  expect(decodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1)).type).toBe("garbage");
  expect(MAX_PAYLOAD_BYTES).toBe(MAX_FRAME_BYTES - HEADER_BYTES);
});

test("what the other end would refuse is not sent: too many headers, a line break in a value, a name that is no token", () => {
  const answer = (headers: readonly (readonly [string, string])[]) => () =>
    encodeFrame({ type: "head", stream: 1, head: { status: 200, headers, body: false } });
  expect(answer(Array.from({ length: MAX_HEADERS }, () => ["a", "b"] as const))).not.toThrow();
  expect(answer(Array.from({ length: MAX_HEADERS + 1 }, () => ["a", "b"] as const))).toThrow(RangeError);
  expect(answer([["a", "b\r\nx: y"]])).toThrow(RangeError);
  expect(answer([["a b", "c"]])).toThrow(RangeError);
});

test("an endpoint's address comes back from its URL, and another URL has none", () => {
  const address = { agentId: "ag_1", unit: "web-x1", replica: 3, port: 8080 };
  expect(parseLineUrl(lineUrl(address))).toEqual(address);
  for (const url of [
    "http://a/b/0/80",
    "line://a/b/0",
    "line://a/../0/80",
    "line://a/b/0/80/x",
    "line:///b/0/80",
  ]) {
    expect(parseLineUrl(url)).toBeUndefined();
  }
});
