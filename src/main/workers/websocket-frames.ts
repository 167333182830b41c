/** The longest message that passes a line on Workers: an object has 128 MB for all its streams. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** What a container says over a WebSocket, whole messages put together. */
export type Said =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly bytes: Uint8Array }
  | { readonly type: "ping"; readonly bytes: Uint8Array }
  | { readonly type: "close"; readonly code: number; readonly reason: string };

/** Thrown for bytes that break RFC 6455; `code` is what to close with (7.4.1). */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const OPCODES = { text: 1, binary: 2, close: 8, pong: 10 } as const;

/** One whole, masked frame, as a client sends it (RFC 6455, 5.2). `mask` is four random bytes. */
export function clientFrame(type: keyof typeof OPCODES, payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const { length } = payload;
  const lengthBytes = length > 0xffff ? 8 : length > 125 ? 2 : 0;
  const frame = new Uint8Array(2 + lengthBytes + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | OPCODES[type];
  frame[1] = 0x80 | (lengthBytes === 8 ? 127 : lengthBytes === 2 ? 126 : length);
  if (lengthBytes === 2) view.setUint16(2, length);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  frame.set(mask, 2 + lengthBytes);
  const start = 2 + lengthBytes + 4;
  for (let at = 0; at < length; at++) frame[start + at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return frame;
}

/** The payload of a close frame. 1005 and 1006 are never sent: they say that none came. */
export function closePayload(code: number, reason: string): Uint8Array {
  if (code === 1005 || code === 1006) return new Uint8Array(0);
  // A control frame holds 125 bytes, two of them the code; a cut character is dropped.
  const text = new TextEncoder().encode(reason).slice(0, 123);
  return Uint8Array.of(code >> 8, code & 0xff, ...text);
}

/** Puts frames together from bytes as they come. */
export class FrameReader {
  readonly #said: Said[] = [];
  readonly #frames = readFrames((said) => this.#said.push(said));
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #wanted: number;

  constructor() {
    this.#wanted = this.#frames.next().value;
  }

  /** What these bytes complete. Throws `FrameError` for bytes that are no frames of a server. */
  take(bytes: Uint8Array): readonly Said[] {
    this.#chunks.push(bytes);
    this.#buffered += bytes.length;
    while (this.#buffered >= this.#wanted) this.#wanted = this.#frames.next(this.#cut(this.#wanted)).value;
    return this.#said.splice(0);
  }

  #cut(count: number): Uint8Array {
    const piece = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const chunk = this.#chunks.shift() ?? new Uint8Array(0);
      const part = chunk.subarray(0, count - at);
      piece.set(part, at);
      at += part.length;
      if (part.length < chunk.length) this.#chunks.unshift(chunk.subarray(part.length));
    }
    this.#buffered -= count;
    return piece;
  }
}

/** Yields how many bytes it wants next, and is given exactly those. */
function* readFrames(say: (said: Said) => void): Generator<number, never, Uint8Array> {
  let message: { readonly opcode: number; readonly parts: Uint8Array[]; size: number } | undefined;
  for (;;) {
    const [first = 0, second = 0] = yield 2;
    const opcode = first & 0x0f;
    const final = first >= 0x80;
    if ((first & 0x70) !== 0) throw new FrameError(PROTOCOL_ERROR, "an extension that was not agreed on");
    if (second >= 0x80) throw new FrameError(PROTOCOL_ERROR, "a server's frame is masked");
    const short = second & 0x7f;
    const length = short === 126 ? numberOf(yield 2) : short === 127 ? numberOf(yield 8) : short;
    if ((message?.size ?? 0) + length > MAX_MESSAGE_BYTES)
      throw new FrameError(TOO_BIG, `a message above ${MAX_MESSAGE_BYTES} bytes`);
    const payload = length === 0 ? new Uint8Array(0) : yield length;
    if (opcode >= 8) {
      if (!final || length > 125) throw new FrameError(PROTOCOL_ERROR, "a control frame in parts");
      control(opcode, payload, say);
      continue;
    }
    if ((opcode === 0) === (message === undefined))
      throw new FrameError(PROTOCOL_ERROR, "parts of a message out of order");
    message ??= { opcode, parts: [], size: 0 };
    message.parts.push(payload);
    message.size += length;
    if (!final) continue;
    say(whole(message.opcode, message.parts));
    message = undefined;
  }
}

function control(opcode: number, payload: Uint8Array, say: (said: Said) => void): void {
  if (opcode === 9) say({ type: "ping", bytes: payload });
  if (opcode !== OPCODES.close) return;
  const code = payload.length < 2 ? NO_STATUS : numberOf(payload.subarray(0, 2));
  say({ type: "close", code, reason: textOf(payload.subarray(2)) });
}

function whole(opcode: number, parts: readonly Uint8Array[]): Said {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  if (opcode === OPCODES.text) return { type: "text", text: textOf(bytes) };
  if (opcode === OPCODES.binary) return { type: "binary", bytes };
  throw new FrameError(PROTOCOL_ERROR, `there is no opcode ${opcode}`);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new FrameError(NOT_UTF8, `text that is not UTF-8: ${error instanceof Error ? error.message : ""}`);
  }
}

const numberOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

const PROTOCOL_ERROR = 1002;
const NO_STATUS = 1005;
const NOT_UTF8 = 1007;
const TOO_BIG = 1009;
