import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "../../src/agent/line/frames.ts";
import type { Frame } from "../../src/agent/line/frames.ts";
import { FRAME_COST, INITIAL_CREDIT } from "../../src/agent/line/stream.ts";
import type { LineStream } from "../../src/agent/line/stream.ts";
import { MAX_UNSENT_BYTES, Streams } from "../../src/agent/line/streams.ts";
import type { LineSocket } from "../../src/agent/line/streams.ts";

const HTTP = {
  kind: "http",
  unit: "u",
  replica: 0,
  port: 80,
  method: "POST",
  target: "/",
  headers: [],
  body: true,
} as const;
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Two ends joined by queues; `deliver` moves one message, and every frame is seen by `tap`. */
function pair(tap: (from: "opener" | "acceptor", frame: Frame) => void = () => {}) {
  const queues = { opener: [] as (() => void)[], acceptor: [] as (() => void)[] };
  const accepted: LineStream[] = [];
  const closed: string[] = [];
  const socket = (from: "opener" | "acceptor", to: () => Streams): LineSocket => ({
    send: (bytes, sent) => {
      const frame = decodeFrame(bytes);
      if (frame.type === "garbage") throw new Error(frame.because);
      tap(from, frame);
      queues[from].push(() => {
        sent();
        to().message(bytes);
      });
    },
    close: (_code, reason) => void closed.push(reason),
  });
  const opener: Streams = new Streams({ role: "opener", socket: socket("opener", () => acceptor) });
  const acceptor: Streams = new Streams({
    role: "acceptor",
    socket: socket("acceptor", () => opener),
    onOpen: (stream) => void accepted.push(stream),
  });
  const deliver = async () => {
    for (let idle = 0; idle < 3; idle++) {
      for (const queue of [queues.opener, queues.acceptor]) {
        for (const go of queue.splice(0)) {
          idle = 0;
          go();
        }
      }
      await tick();
    }
  };
  return { opener, acceptor, accepted, closed, deliver, queues };
}

type Step = { readonly side: 0 | 1; readonly stream: number; readonly write: number; readonly read: number };
const steps = fc.array(
  fc.record<Step>({
    side: fc.constantFrom(0, 1),
    stream: fc.nat({ max: 2 }),
    write: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 400_000 })),
    read: fc.nat({ max: 8 }),
  }),
  { maxLength: 25 },
);

test("no side ever sends beyond the credit it was given, and every byte written arrives in order", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const spent = new Map<string, number>();
      const add = (key: string, cost: number) => spent.set(key, (spent.get(key) ?? 0) + cost);
      const line = pair((from, frame) => {
        if (frame.type === "data") add(`${from}${frame.stream}`, frame.bytes.length + FRAME_COST);
        if (frame.type === "credit")
          add(`${from === "opener" ? "acceptor" : "opener"}${frame.stream}`, -frame.bytes);
        // An opener starts with nothing: its first credit comes with the acceptor's first read.
        for (const [key, cost] of spent) {
          const most = key.startsWith("opener") ? 0 : INITIAL_CREDIT;
          expect(cost).toBeLessThanOrEqual(most);
          expect(cost).toBeGreaterThanOrEqual(most - INITIAL_CREDIT);
        }
      });
      const opened = [0, 1, 2].map(() => line.opener.open(HTTP));
      await line.deliver();
      const ends = [opened, line.accepted].map((streams) => streams.map((stream) => makeEnd(stream)));
      for (const { side, stream, write, read } of steps) {
        ends[side]?.[stream]?.write(write);
        ends[1 - side]?.[stream]?.read(read);
        await line.deliver();
      }
      for (const end of ends.flat()) end.drain();
      for (let round = 0; round < 400 && !ends.flat().every(({ state }) => state.readAll); round++)
        await line.deliver();
      expect(line.closed).toEqual([]);
      for (const at of [0, 1, 2]) {
        expect(ends[1]?.[at]?.state.got).toBe(ends[0]?.[at]?.state.sent);
        expect(ends[0]?.[at]?.state.got).toBe(ends[1]?.[at]?.state.sent);
      }
    }),
    { numRuns: 40 },
  );
});

/** Writes a running count as bytes and checks that the other side's count runs on without a gap. */
function makeEnd(stream: LineStream | undefined) {
  if (stream === undefined) throw new Error("no stream");
  const reader = stream.readable.getReader();
  const state = { sent: 0, got: 0, readAll: false };
  let writing: Promise<void> = Promise.resolve();
  let reading: Promise<void> = Promise.resolve();
  const readOne = async () => {
    const { done, value } = await reader.read();
    if (done) state.readAll = true;
    for (const byte of value ?? []) {
      if (byte !== state.got % 251) throw new Error(`byte ${state.got} is ${byte}`);
      state.got++;
    }
  };
  return {
    state,
    write: (size: number) => {
      const bytes = Uint8Array.from({ length: size }, (_, at) => (state.sent + at) % 251);
      state.sent += size;
      writing = writing.then(() => stream.write(bytes));
    },
    read: (times: number) => {
      for (let at = 0; at < times; at++) reading = reading.then(readOne);
    },
    drain: () => {
      void writing.then(() => stream.end());
      const on = async (): Promise<void> => {
        while (!state.readAll) await readOne();
      };
      reading = reading.then(on);
    },
  };
}

test("a stream whose reader sleeps holds its credit's worth and no more; its neighbour moves on", async () => {
  const line = pair();
  const [asleep, awake] = [line.opener.open(HTTP), line.opener.open(HTTP)];
  await line.deliver();
  const [toAsleep, toAwake] = line.accepted;
  void toAsleep?.write(new Uint8Array(4 * INITIAL_CREDIT));
  void toAwake?.write(new Uint8Array(4 * INITIAL_CREDIT)).then(() => toAwake.end());
  let got = 0;
  const read = (async () => {
    for await (const bytes of awake?.readable ?? []) got += bytes.length;
  })();
  for (let round = 0; round < 50; round++) await line.deliver();
  await read;
  expect(got).toBe(4 * INITIAL_CREDIT);
  expect(asleep?.signal.aborted).toBe(false);
});

test("a socket that does not drain holds a bounded number of bytes, however many streams want to send", async () => {
  let bytes = 0;
  const line = pair((from, frame) => {
    if (from === "acceptor" && frame.type === "data") bytes += frame.bytes.length;
  });
  for (let at = 0; at < 50; at++) line.opener.open(HTTP);
  for (const go of line.queues.opener.splice(0)) go();
  for (const stream of line.accepted) void stream.write(new Uint8Array(INITIAL_CREDIT));
  await tick();
  expect(bytes).toBeLessThanOrEqual(MAX_UNSENT_BYTES + 64 * 1024);
});

test("frames that break the protocol end the line with a reason, and cut every stream", async () => {
  const broken: readonly Frame[] = [
    { type: "data", stream: 9, bytes: new Uint8Array(1) },
    { type: "data", stream: 1, bytes: new Uint8Array(INITIAL_CREDIT / 8) },
    { type: "open", stream: 1, open: HTTP },
    { type: "head", stream: 1, head: { status: 200, headers: [], body: false } },
    { type: "credit", stream: 1, bytes: 0xffff_ffff },
  ];
  for (const frame of broken) {
    const line = pair();
    line.opener.open(HTTP);
    await line.deliver();
    line.acceptor.message(encodeFrame(frame));
    expect(line.closed).toHaveLength(1);
    expect(line.accepted[0]?.signal.aborted).toBe(true);
  }
});

test("an end that opens no streams refuses to be opened to", async () => {
  const line = pair();
  line.opener.message(encodeFrame({ type: "open", stream: 1, open: HTTP }));
  expect(line.closed).toEqual(["an open frame from the side that does not open"]);
});

test("what arrives for a stream that is over is ignored", async () => {
  const line = pair();
  const stream = line.opener.open(HTTP);
  await line.deliver();
  stream?.reset({ connect: false, message: "enough" });
  await line.deliver();
  line.opener.message(encodeFrame({ type: "data", stream: 1, bytes: new Uint8Array(10) }));
  expect(line.closed).toEqual([]);
});
