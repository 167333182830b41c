import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LogSplitter } from "../../src/agent/drivers/log-lines.ts";

const TIME = "2026-11-22T10:00:00.123456789Z";
const frame = (stream: "stdout" | "stderr", bytes: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream === "stdout" ? 1 : 2;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
};
const message = fc.record({
  stream: fc.constantFrom("stdout" as const, "stderr" as const),
  line: fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => text.replaceAll(/[\n\r]/g, "")),
});

test("lines come out whole and in the order of their stream, however the bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 20 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (messages, sizes) => {
        const bytes = Buffer.concat(
          messages.map(({ stream, line }) => frame(stream, Buffer.from(`${TIME} ${line}\n`))),
        );
        const splitter = new LogSplitter();
        const found = [];
        for (let at = 0; at < bytes.length;) {
          const size: number = sizes.next().value;
          found.push(...splitter.push(bytes.subarray(at, at + size)));
          at += size;
        }
        found.push(...splitter.end());
        for (const stream of ["stdout", "stderr"]) {
          expect(found.filter((line) => line.stream === stream).map(({ line }) => line)).toEqual(
            messages.filter((one) => one.stream === stream).map(({ line }) => line),
          );
        }
        expect(found.every(({ at }) => at === Date.parse(TIME))).toBe(true);
      },
    ),
  );
});

test("a line without end is cut, not kept in memory", () => {
  const splitter = new LogSplitter();
  const lines = splitter.push(frame("stdout", Buffer.from(`${TIME} ${"x".repeat(200_000)}`)));
  expect(lines).toHaveLength(3);
});

test("bytes that are no log are an error", () => {
  expect(() => new LogSplitter().push(Buffer.from("HTTP/1.1 200 OK\r\n"))).toThrow(/stream format/);
});
