import { decodeFrame, encodeFrame } from "./frames.ts";
import type { Frame } from "./frames.ts";
import { resetBecause } from "./messages.ts";
import type { Open } from "./messages.ts";
import { LineStream } from "./stream.ts";
import type { Wire } from "./stream.ts";

/** Streams one line carries at once. */
export const MAX_STREAMS = 1_024;
/** Bytes of data handed to the socket and not yet on the wire; above it, streams wait for their turn. */
export const MAX_UNSENT_BYTES = 1024 * 1024;
/** Above this the other side plainly does not read, and what we owe it is not kept for ever. */
export const MAX_BACKLOG_BYTES = 8 * MAX_UNSENT_BYTES;
/** Ids are never used twice on a line; a line that has used this many is replaced. */
const LAST_STREAM_ID = 0xffff_fff0;

/** What a line needs of a WebSocket, whichever runtime has it. */
export interface LineSocket {
  /** Hands over one message; `sent` runs once it has left this process, or at once where the runtime cannot tell. */
  send(message: Uint8Array, sent: () => void): void;
  close(code: number, reason: string): void;
}

export interface StreamsOptions {
  readonly role: "opener" | "acceptor";
  readonly socket: LineSocket;
  /** The last id this line has used, where an earlier instance of this end opened streams on it (opener only). */
  readonly lastId?: number;
  /** The other side opened a stream (acceptor only). */
  readonly onOpen?: (stream: LineStream, open: Open) => void;
  /** Ring, pong or retire. */
  readonly onSignal?: (type: "ring" | "pong" | "retire") => void;
  /** The line is lost, by either side; runs once, after every stream was cut. */
  readonly onClosed?: (because: string) => void;
}

/** Many streams over one socket: it feeds them frames, lets them send in turn, and cuts them when the socket goes. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #open = new Map<number, LineStream>();
  readonly #turns: { readonly make: () => Frame | undefined; readonly done: () => void }[] = [];
  readonly #wire: Wire;
  #lastId: number;
  #unsentBytes = 0;
  #closed = false;
  #leaving: string | undefined;

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#lastId = options.lastId ?? 0;
    this.#wire = {
      control: (frame) => this.signal(frame),
      turn: (make) => this.#turn(make),
      over: (id) => {
        this.#open.delete(id);
        this.#closeIfIdle();
      },
    };
  }

  /** Whether this line takes no new streams any more. */
  get leaving(): boolean {
    return this.#closed || this.#leaving !== undefined;
  }

  /** The id of the stream opened last, 0 before the first. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Starts a stream; undefined when the line is leaving or full. Throws a RangeError when `open` does not fit in a frame. */
  open(open: Open): LineStream | undefined {
    if (this.leaving || this.#open.size >= MAX_STREAMS || this.#lastId >= LAST_STREAM_ID) return undefined;
    const stream = new LineStream(this.#lastId + 1, "opener", this.#wire);
    this.#post(encodeFrame({ type: "open", stream: stream.id, open }));
    this.#lastId = stream.id;
    this.#open.set(stream.id, stream);
    return stream;
  }

  /** Sends a small frame ahead of all waiting data. */
  signal(frame: Frame): void {
    if (!this.#closed) this.#post(encodeFrame(frame));
  }

  /** Takes one message of the other side. Anything that is no proper frame ends the line. */
  message(bytes: Uint8Array): void {
    if (this.#closed) return;
    const frame = decodeFrame(bytes);
    const broken = frame.type === "garbage" ? frame.because : this.#take(frame);
    if (broken !== undefined) this.close(PROTOCOL_ERROR, broken);
  }

  /** Lets the streams finish, then closes the socket. */
  closeWhenIdle(because: string): void {
    this.#leaving ??= because;
    this.#closeIfIdle();
  }

  /** Closes the socket and cuts every stream. */
  close(code: number, because: string): void {
    if (this.#closed) return;
    this.#options.socket.close(code, because.slice(0, MAX_CLOSE_REASON));
    this.closed(because);
  }

  /** The socket has closed: cut every stream and let waiting writers go. */
  closed(because: string): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const stream of this.#open.values())
      stream.cut(resetBecause(`the agent's line is lost: ${because}`));
    this.#open.clear();
    for (const turn of this.#turns.splice(0)) turn.done();
    this.#options.onClosed?.(because);
  }

  #take(frame: Frame): string | undefined {
    if (frame.type === "open") return this.#accept(frame.stream, frame.open);
    if ("stream" in frame) {
      // A stream that is over may still get what was sent before the other side knew; one that never was may not.
      const neverOpened = frame.stream > this.#lastId;
      return neverOpened ? `a ${frame.type} frame for no stream` : this.#open.get(frame.stream)?.take(frame);
    }
    if (frame.type === "ping") this.signal({ type: "pong" });
    else this.#options.onSignal?.(frame.type);
    return undefined;
  }

  #accept(id: number, open: Open): string | undefined {
    if (this.#options.onOpen === undefined) return "an open frame from the side that does not open";
    if (id <= this.#lastId) return `stream ${id} was opened before`;
    this.#lastId = id;
    const stream = new LineStream(id, "acceptor", this.#wire);
    if (this.#open.size >= MAX_STREAMS) {
      stream.reset(resetBecause(`the agent carries ${MAX_STREAMS} streams already`, true));
      return undefined;
    }
    this.#open.set(id, stream);
    this.#options.onOpen(stream, open);
    return undefined;
  }

  #closeIfIdle(): void {
    if (this.#leaving !== undefined && this.#open.size === 0) this.close(NORMAL_CLOSURE, this.#leaving);
  }

  /** First come, first served, one frame each: a busy stream cannot keep the others waiting. */
  #turn(make: () => Frame | undefined): Promise<void> {
    return new Promise((done) => {
      this.#turns.push({ make, done });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#unsentBytes < MAX_UNSENT_BYTES && !this.#closed) {
      const turn = this.#turns.shift();
      if (turn === undefined) return;
      const frame = turn.make();
      if (frame !== undefined) this.#post(encodeFrame(frame));
      turn.done();
    }
  }

  #post(bytes: Uint8Array): void {
    if (this.#unsentBytes > MAX_BACKLOG_BYTES)
      return this.close(TRY_AGAIN_LATER, "the other side does not read");
    this.#unsentBytes += bytes.length;
    this.#options.socket.send(bytes, () => {
      this.#unsentBytes -= bytes.length;
      this.#pump();
    });
  }
}

const NORMAL_CLOSURE = 1000;
const PROTOCOL_ERROR = 1002;
const TRY_AGAIN_LATER = 1013;
/** A close frame holds 125 bytes, two of them the code (RFC 6455, 5.5). */
const MAX_CLOSE_REASON = 100;
