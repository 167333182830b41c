import { parseHead, parseOpen, parseReset } from "./messages.ts";
import type { Head, Open, Reset } from "./messages.ts";

/** The largest frame, header included: one WebSocket message carries one frame. */
export const MAX_FRAME_BYTES = 65_536;
/** Type (u8) and stream (u32, big endian). */
export const HEADER_BYTES = 5;
export const MAX_PAYLOAD_BYTES = MAX_FRAME_BYTES - HEADER_BYTES;

/** Everything the two ends of a line say to each other. Stream 0 is the line itself. */
export type Frame =
  | { readonly type: "open"; readonly stream: number; readonly open: Open }
  | { readonly type: "head"; readonly stream: number; readonly head: Head }
  | { readonly type: "data"; readonly stream: number; readonly bytes: Uint8Array }
  | { readonly type: "end"; readonly stream: number }
  | { readonly type: "reset"; readonly stream: number; readonly reset: Reset }
  | { readonly type: "credit"; readonly stream: number; readonly bytes: number }
  /** The broker has news: sync now. */
  | { readonly type: "ring" }
  | { readonly type: "ping" }
  | { readonly type: "pong" }
  /** From the broker: open a line elsewhere, I am going. From the agent: I have a newer line, this one only finishes. */
  | { readonly type: "retire" };

/** What bytes that are no frame decode to; the sentence goes into the log of the end that read them. */
export interface Garbage {
  readonly type: "garbage";
  readonly because: string;
}

const CODES = {
  open: 1,
  head: 2,
  data: 3,
  end: 4,
  reset: 5,
  credit: 6,
  ring: 7,
  ping: 8,
  pong: 9,
  retire: 10,
} as const satisfies Record<Frame["type"], number>;

/** The bytes of a frame. Throws a RangeError for what the other end would refuse: too large, or of another form. */
export function encodeFrame(frame: Frame): Uint8Array {
  const payload = payloadOf(frame);
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `a ${frame.type} frame of ${payload.length} bytes does not fit in ${MAX_PAYLOAD_BYTES}`,
    );
  }
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, CODES[frame.type]);
  view.setUint32(1, "stream" in frame ? frame.stream : 0);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** The frame these bytes are, or why they are none. Never throws; data is a view of `bytes`, not a copy. */
export function decodeFrame(bytes: Uint8Array): Frame | Garbage {
  if (bytes.length < HEADER_BYTES) return garbage(`a frame of ${bytes.length} bytes has no header`);
  if (bytes.length > MAX_FRAME_BYTES)
    return garbage(`a frame of ${bytes.length} bytes is above ${MAX_FRAME_BYTES}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const code = view.getUint8(0);
  const stream = view.getUint32(1);
  const payload = bytes.subarray(HEADER_BYTES);
  const type = TYPES.find((type) => CODES[type] === code);
  if (type === undefined) return garbage(`there is no frame type ${code}`);
  if (OF_THE_LINE.has(type) !== (stream === 0))
    return garbage(`a ${type} frame cannot be on stream ${stream}`);
  return DECODERS[type](stream, payload);
}

const OF_THE_LINE: ReadonlySet<Frame["type"]> = new Set(["ring", "ping", "pong", "retire"]);

type Decoder = (stream: number, payload: Uint8Array) => Frame | Garbage;
const DECODERS: Readonly<Record<Frame["type"], Decoder>> = {
  open: (stream, payload) =>
    orGarbage(parseOpen(jsonOf(payload)), (open) => ({ type: "open", stream, open })),
  head: (stream, payload) =>
    orGarbage(parseHead(jsonOf(payload)), (head) => ({ type: "head", stream, head })),
  reset: (stream, payload) =>
    orGarbage(parseReset(jsonOf(payload)), (reset) => ({ type: "reset", stream, reset })),
  data: (stream, bytes) =>
    bytes.length === 0 ? garbage("a data frame is empty") : { type: "data", stream, bytes },
  end: (stream, payload) => bare({ type: "end", stream }, payload),
  credit: creditOf,
  ring: (_, payload) => bare({ type: "ring" }, payload),
  ping: (_, payload) => bare({ type: "ping" }, payload),
  pong: (_, payload) => bare({ type: "pong" }, payload),
  retire: (_, payload) => bare({ type: "retire" }, payload),
};

function bare(frame: Frame, payload: Uint8Array): Frame | Garbage {
  return payload.length > 0 ? garbage(`a ${frame.type} frame has a payload`) : frame;
}

function creditOf(stream: number, payload: Uint8Array): Frame | Garbage {
  if (payload.length !== 4) return garbage("a credit frame does not hold one u32");
  const bytes = new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0);
  return bytes === 0 ? garbage("a credit frame gives nothing") : { type: "credit", stream, bytes };
}

function orGarbage<T>(message: T | undefined, frame: (message: T) => Frame): Frame | Garbage {
  return message === undefined ? garbage("a message has another form than its frame's type") : frame(message);
}

function payloadOf(frame: Frame): Uint8Array {
  switch (frame.type) {
    case "open":
      return json(parseOpen(frame.open));
    case "head":
      return json(parseHead(frame.head));
    case "reset":
      return json(parseReset(frame.reset));
    case "data":
      return frame.bytes;
    case "credit":
      return u32(frame.bytes);
    case "end":
    case "ring":
    case "ping":
    case "pong":
    case "retire":
      break;
  }
  return NOTHING;
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)) as unknown;
  } catch {
    return undefined; // no message is undefined, so its parser refuses it and the line says which frame it was
  }
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function json(message: Open | Head | Reset | undefined): Uint8Array {
  if (message === undefined) throw new RangeError("the message has a header or a field that no line carries");
  return new TextEncoder().encode(JSON.stringify(message));
}

const garbage = (because: string): Garbage => ({ type: "garbage", because });
const NOTHING = new Uint8Array(0);
const TYPES = ["open", "head", "data", "end", "reset", "credit", "ring", "ping", "pong", "retire"] as const;
