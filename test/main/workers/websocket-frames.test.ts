import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  clientFrame,
  closePayload,
  FrameError,
  FrameReader,
  MAX_MESSAGE_BYTES,
} from "../../../src/main/workers/websocket-frames.ts";

const OPCODE = { text: 1, binary: 2, close: 8, ping: 9 } as const;

/** A server's frame (RFC 6455, 5.2): unmasked, with the shortest length that fits. */
function serverFrame(opcode: number, payload: Uint8Array, final = true): Uint8Array {
  const { length } = payload;
  const long = length > 0xffff;
  const head = new DataView(new ArrayBuffer(long ? 10 : length > 125 ? 4 : 2));
  head.setUint8(0, (final ? 0x80 : 0) | opcode);
  head.setUint8(1, long ? 127 : length > 125 ? 126 : length);
  if (long) head.setBigUint64(2, BigInt(length));
  else if (length > 125) head.setUint16(2, length);
  return Uint8Array.from([...new Uint8Array(head.buffer), ...payload]);
}

/** What a server would read of a client's frame. */
function unmasked(frame: Uint8Array): { readonly opcode: number; readonly payload: Uint8Array } {
  const short = (frame[1] ?? 0) & 0x7f;
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  const mask = frame.subarray(start, start + 4);
  const payload = frame.subarray(start + 4).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return { opcode: (frame[0] ?? 0) & 0x0f, payload };
}

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const pieces = (bytes: Uint8Array, cuts: readonly number[]) => {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

test("messages come out whole and in order however their bytes and fragments are cut", () => {
  const message = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (messages, cuts) => {
        const frames = messages.flatMap((parts) =>
          parts.map((part, at) => serverFrame(at === 0 ? OPCODE.binary : 0, part, at === parts.length - 1)),
        );
        const reader = new FrameReader();
        const said = pieces(joined(frames), cuts).flatMap((piece) => reader.take(piece));
        expect(said).toEqual(messages.map((parts) => ({ type: "binary", bytes: joined(parts) })));
      },
    ),
  );
});

test("a client's frame holds what was sent, masked, at every length", () => {
  for (const length of [0, 1, 125, 126, 65_535, 65_536]) {
    const payload = new Uint8Array(length).map((_, at) => at % 251);
    const { opcode, payload: read } = unmasked(clientFrame("binary", payload, Uint8Array.of(1, 2, 3, 4)));
    expect(opcode).toBe(OPCODE.binary);
    expect(read).toEqual(payload);
  }
});

test("a ping between the parts of a message is heard at once, and the message stays whole", () => {
  const reader = new FrameReader();
  const bytes = joined([
    serverFrame(OPCODE.text, new TextEncoder().encode("he"), false),
    serverFrame(OPCODE.ping, Uint8Array.of(7)),
    serverFrame(0, new TextEncoder().encode("llo")),
  ]);
  expect(reader.take(bytes)).toEqual([
    { type: "ping", bytes: Uint8Array.of(7) },
    { type: "text", text: "hello" },
  ]);
});

test("a close carries its code and reason, and one without a code says so", () => {
  const close = (payload: Uint8Array) => new FrameReader().take(serverFrame(OPCODE.close, payload));
  expect(close(closePayload(4_001, "enough"))).toEqual([{ type: "close", code: 4_001, reason: "enough" }]);
  expect(close(closePayload(1_005, ""))).toEqual([{ type: "close", code: 1_005, reason: "" }]);
});

const tooLong = () => {
  const head = new Uint8Array(10);
  head.set([0x82, 127]);
  new DataView(head.buffer).setBigUint64(2, BigInt(MAX_MESSAGE_BYTES + 1));
  return head;
};
test.each([
  ["a masked frame", 1_002, () => Uint8Array.of(0x82, 0x80, 0, 0, 0, 0)],
  ["an extension", 1_002, () => Uint8Array.of(0xc2, 0)],
  ["a part of no message", 1_002, () => serverFrame(0, new Uint8Array(1))],
  [
    "a new message inside another",
    1_002,
    () => joined([serverFrame(1, new Uint8Array(1), false), serverFrame(1, new Uint8Array(1))]),
  ],
  ["a control frame in parts", 1_002, () => serverFrame(OPCODE.ping, new Uint8Array(1), false)],
  ["an unknown kind", 1_002, () => serverFrame(3, new Uint8Array(1))],
  ["text that is not UTF-8", 1_007, () => serverFrame(OPCODE.text, Uint8Array.of(0xff))],
  ["a message that is too long", 1_009, tooLong],
])("%s ends the connection with %i", (_what, code, bytes) => {
  const take = () => new FrameReader().take(bytes());
  expect(take).toThrow(FrameError);
  expect(take).toThrow(expect.objectContaining({ code }));
});
