import * as fc from "fast-check";
import { expect, test } from "vitest";
import { WebSocketGate } from "../../src/gateway/websocket-gate.ts";

/** A frame with a payload of this size, in the shortest form of its length (RFC 6455, 5.2). */
function frame(size: number, masked: boolean): Uint8Array {
  const mask = masked ? [1, 2, 3, 4] : [];
  const bit = masked ? 0x80 : 0;
  const length =
    size < 126
      ? [bit | size]
      : size < 65_536
        ? [bit | 126, size >> 8, size & 255]
        : [bit | 127, 0, 0, 0, 0, 0, size >> 16, (size >> 8) & 255, size & 255];
  return Uint8Array.from([0x82, ...length, ...mask, ...new Uint8Array(size).fill(0x88)]);
}
const size = fc.oneof(fc.nat({ max: 130 }), fc.integer({ min: 120, max: 70_000 }));
const CLOSE = { client: [0x88, 0x02, 0x03, 0xe9], server: [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9] };

test("however a stream is cut into pieces, a close goes between two frames, once, and nothing follows it", () => {
  const input = fc.record({
    towards: fc.constantFrom("client" as const, "server" as const),
    sizes: fc.array(size, { minLength: 1, maxLength: 4 }),
    cuts: fc.array(fc.nat({ max: 80_000 }), { maxLength: 8 }),
    closeAfter: fc.nat({ max: 9 }),
  });
  fc.assert(
    fc.property(input, ({ towards, sizes, cuts, closeAfter }) => {
      const frames = sizes.map((size) => frame(size, towards === "server"));
      const bytes = Buffer.concat(frames);
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const gate = new WebSocketGate(towards);
      const out: Uint8Array[] = [];
      let requestedAt = bytes.length;
      for (let piece = 0; piece + 1 < at.length; piece++) {
        if (piece === closeAfter) {
          requestedAt = at[piece] ?? 0;
          out.push(gate.requestClose());
        }
        out.push(gate.pass(bytes.subarray(at[piece], at[piece + 1])));
      }
      const ends = frames.map((_, index) =>
        frames.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0),
      );
      const end = closeAfter + 1 < at.length ? [0, ...ends].find((end) => end >= requestedAt) : undefined;
      const expected =
        end === undefined ? bytes : Buffer.concat([bytes.subarray(0, end), Uint8Array.from(CLOSE[towards])]);
      expect(Buffer.concat(out).equals(expected)).toBe(true);
      expect(gate.closed).toBe(end !== undefined);
    }),
    { numRuns: 300 },
  );
});
