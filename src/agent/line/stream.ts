import { MAX_PAYLOAD_BYTES } from "./frames.ts";
import type { Frame } from "./frames.ts";
import { resetBecause } from "./messages.ts";
import type { Head, Reset } from "./messages.ts";

/** What one side may send on a stream before the other has taken anything. */
export const INITIAL_CREDIT = 256 * 1024;
/** Each data frame costs its payload and this, so that a flood of tiny frames is bounded too. */
export const FRAME_COST = 64;
/** More credit than this cannot be owed by anyone honest. */
export const MAX_CREDIT = 16 * 1024 * 1024;

/** Thrown to whoever uses a stream that ended early. `connect`: nothing had reached the container. */
export class StreamReset extends Error {
  override readonly name = "StreamReset";
  readonly connect: boolean;
  constructor(reset: Reset) {
    super(reset.message);
    this.connect = reset.connect;
  }
}

/** What a stream asks of its line. */
export interface Wire {
  /** Sends a small frame ahead of all waiting data. */
  control(frame: Frame): void;
  /** Waits for this stream's turn, then sends the frame `make` gives, if any. */
  turn(make: () => Frame | undefined): Promise<void>;
  /** The stream has ended both ways, or was reset. */
  over(id: number): void;
}

/**
 * One stream of a line, from either end. The opener may send at once; the acceptor gives its first credit when it first
 * reads, so that a body is not begun before the container has accepted the connection.
 */
export class LineStream {
  readonly id: number;
  /** What the other side sends. Taking from it gives credit; cancelling it resets an opener's stream. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Resolves when both directions have ended, whichever way. */
  readonly closed: Promise<void>;
  readonly #wire: Wire;
  readonly #role: "opener" | "acceptor";
  readonly #abort = new AbortController();
  #sendCredit: number;
  #window: number;
  #owed = 0;
  #begun = false;
  #incoming: Uint8Array[] = [];
  #head: Head | undefined;
  #cut: StreamReset | undefined;
  #remoteEnded = false;
  #localEnded = false;
  #discarding = false;
  #isOver = false;
  #waiting: (() => void)[] = [];
  readonly #close: () => void;

  constructor(id: number, role: "opener" | "acceptor", wire: Wire) {
    this.id = id;
    this.#role = role;
    this.#wire = wire;
    this.#sendCredit = role === "acceptor" ? INITIAL_CREDIT : 0;
    this.#window = role === "opener" ? INITIAL_CREDIT : 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = resolve;
    this.readable = new ReadableStream(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#cancelled() },
      { highWaterMark: 0 },
    );
  }

  /** Aborted when the stream is reset from either side or its line is lost. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The other side's HEAD. Throws `StreamReset` when it never comes. */
  async head(): Promise<Head> {
    await this.#until(() => this.#head !== undefined || this.#remoteEnded);
    if (this.#head === undefined) throw this.#reason();
    return this.#head;
  }

  /** Waits until the other side has room; false when it never will. */
  async room(): Promise<boolean> {
    await this.#until(() => this.#sendCredit > FRAME_COST);
    return this.#cut === undefined;
  }

  /** Sends bytes as credit and the line's other streams allow; one writer at a time. Throws `StreamReset`. */
  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (!(await this.room())) throw this.#reason();
      await this.#wire.turn(() => {
        if (this.#cut !== undefined) return undefined;
        const part = rest.subarray(0, Math.min(MAX_PAYLOAD_BYTES, this.#sendCredit - FRAME_COST));
        this.#sendCredit -= part.length + FRAME_COST;
        rest = rest.subarray(part.length);
        return { type: "data", stream: this.id, bytes: part };
      });
    }
  }

  /** Starts the answer. Throws a RangeError when it does not fit in a frame. */
  sendHead(head: Head): void {
    if (!this.#isOver) this.#wire.control({ type: "head", stream: this.id, head });
  }

  /** Nothing more will be written. */
  end(): void {
    if (this.#localEnded || this.#cut !== undefined) return;
    this.#localEnded = true;
    this.#wire.control({ type: "end", stream: this.id });
    if (this.#discarding && !this.#remoteEnded) this.reset(resetBecause("the answer is complete"));
    this.#settle();
  }

  /** Nothing more will be written, and nothing more is wanted: an answer may be complete before its request is. */
  finish(): void {
    this.#discarding = true;
    this.#incoming = [];
    this.end();
  }

  /** Ends both directions now and tells the other side why. */
  reset(reset: Reset): void {
    if (this.#isOver) return;
    this.#wire.control({ type: "reset", stream: this.id, reset });
    this.cut(reset);
  }

  /** Ends both directions now without a word: the line is lost, or the other side said so. */
  cut(reset: Reset): void {
    if (this.#isOver) return;
    this.#cut = new StreamReset(reset);
    this.#abort.abort(this.#cut);
    this.#settle();
  }

  /** Takes a frame of the other side. Gives a sentence when it breaks the protocol, which ends the line. */
  take(frame: Frame): string | undefined {
    switch (frame.type) {
      case "head":
        if (this.#role === "acceptor" || this.#head !== undefined) return "a head frame where none may be";
        this.#head = frame.head;
        break;
      case "data":
        return this.#takeData(frame.bytes);
      case "end":
        if (this.#remoteEnded) return "a second end frame";
        this.#remoteEnded = true;
        break;
      case "reset":
        this.cut(frame.reset);
        break;
      case "credit":
        this.#sendCredit += frame.bytes;
        if (this.#sendCredit > MAX_CREDIT) return "more credit than a stream may hold";
        break;
      case "open":
      case "ring":
      case "ping":
      case "pong":
      case "retire":
        return `a ${frame.type} frame where none may be`;
    }
    this.#settle();
    return undefined;
  }

  #takeData(bytes: Uint8Array): string | undefined {
    const cost = bytes.length + FRAME_COST;
    if (this.#remoteEnded) return "data after the end of its stream";
    if (cost > this.#window) return "data beyond the credit given";
    this.#window -= cost;
    if (!this.#discarding) this.#incoming.push(bytes);
    this.#wake();
    return undefined;
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (!this.#begun && this.#role === "acceptor") this.#owed = INITIAL_CREDIT;
    this.#begun = true;
    this.#repay();
    await this.#until(() => this.#incoming.length > 0 || this.#remoteEnded || this.#discarding);
    if (this.#discarding) return;
    const bytes = this.#incoming.shift();
    if (bytes !== undefined) {
      controller.enqueue(bytes);
      this.#owed += bytes.length + FRAME_COST;
    } else if (this.#remoteEnded) controller.close();
    else controller.error(this.#reason());
  }

  /** Credit goes back in large pieces, and only when somebody asks for more: what sits unread gives none. */
  #repay(): void {
    if (this.#owed < INITIAL_CREDIT / 2 || this.#remoteEnded || this.#isOver) return;
    this.#window += this.#owed;
    this.#wire.control({ type: "credit", stream: this.id, bytes: this.#owed });
    this.#owed = 0;
  }

  #cancelled(): void {
    this.#discarding = true;
    this.#incoming = [];
    this.#wake();
    if (this.#role === "opener" || this.#localEnded) this.reset(resetBecause("the reader has gone"));
  }

  #reason(): StreamReset {
    return this.#cut ?? new StreamReset(resetBecause("the stream ended before its answer began"));
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo() && this.#cut === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #settle(): void {
    this.#wake();
    if (this.#isOver || (this.#cut === undefined && !(this.#localEnded && this.#remoteEnded))) return;
    this.#isOver = true;
    this.#wire.over(this.id);
    this.#close();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
