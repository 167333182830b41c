/** Close code 1001, "going away" (RFC 6455, 7.4.1), as each side must send it: a client masks its frames. */
const CLOSE_TO_CLIENT = Uint8Array.of(0x88, 0x02, 0x03, 0xe9);
const CLOSE_TO_SERVER = Uint8Array.of(0x88, 0x82, 0x00, 0x00, 0x00, 0x00, 0x03, 0xe9);

/** Longest frame header: 2 bytes, 8 of length, 4 of mask (RFC 6455, 5.2). */
const MAX_HEADER_BYTES = 14;

/**
 * Watches one direction of a WebSocket go by, frame by frame, so that a close can be put between two frames. It reads
 * lengths only and never changes a byte.
 */
export class WebSocketGate {
  readonly #close: Uint8Array;
  #payloadLeft = 0;
  #header: number[] = [];
  #closing = false;
  #closed = false;

  constructor(towards: "client" | "server") {
    this.#close = towards === "client" ? CLOSE_TO_CLIENT : CLOSE_TO_SERVER;
  }

  /** Whether the close frame has been given out: nothing may follow it. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The bytes to send on: all of them, or those up to the frame's end and the close frame. */
  pass(bytes: Uint8Array): Uint8Array {
    if (this.#closed) return EMPTY;
    for (let at = 0; at < bytes.length;) {
      if (this.#closing && this.#isBetween()) return joined(bytes.subarray(0, at), this.#finish());
      at += this.#step(bytes, at);
    }
    return this.#closing && this.#isBetween() ? joined(bytes, this.#finish()) : bytes;
  }

  /** Asks for a close: its frame when it may go out now, nothing when it will follow the frame under way. */
  requestClose(): Uint8Array {
    this.#closing = true;
    return !this.#closed && this.#isBetween() ? this.#finish() : EMPTY;
  }

  #isBetween(): boolean {
    return this.#payloadLeft === 0 && this.#header.length === 0;
  }

  #finish(): Uint8Array {
    this.#closed = true;
    return this.#close;
  }

  /** Moves on by one byte of a header or by as much of a payload as there is. */
  #step(bytes: Uint8Array, at: number): number {
    if (this.#payloadLeft > 0) {
      const taken = Math.min(this.#payloadLeft, bytes.length - at);
      this.#payloadLeft -= taken;
      return taken;
    }
    this.#header.push(bytes[at] ?? 0);
    const [, second = 0] = this.#header;
    const short = second & 0x7f;
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const headerBytes = 2 + lengthBytes + (second >= 0x80 ? 4 : 0);
    if (this.#header.length >= 2 && this.#header.length >= Math.min(headerBytes, MAX_HEADER_BYTES)) {
      const extended = this.#header.slice(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
      this.#payloadLeft = lengthBytes === 0 ? short : extended;
      this.#header = [];
    }
    return 1;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

const EMPTY = new Uint8Array(0);
