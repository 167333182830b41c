import type { IncomingMessage } from "node:http";

/** The client sent more than its route allows. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** A request's body as upstreams read it: not at all before the first read, and never beyond its limit. */
export interface RequestBody {
  /** Whether a byte of it was asked for; from then on the request cannot go to another upstream. */
  readonly begun: boolean;
  /** Whether the client is the one being waited for. */
  readonly waiting: boolean;
  readonly tooLarge: boolean;
  /** The stream for one try. Cancelling it leaves the body itself as it is. */
  view(): ReadableStream<Uint8Array>;
}

/** The body of a request, or undefined when it has none. `onFirstRead` runs once, `onBytes` with each part. */
export function requestBody(
  request: IncomingMessage,
  maxBytes: number,
  hooks: { readonly onFirstRead: () => void; readonly onBytes: () => void },
): RequestBody | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || Number(length) === 0)) return undefined;
  const state = { begun: false, waiting: false, tooLarge: false };
  let bytes = 0;
  let abandon = () => {};

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (!state.begun) hooks.onFirstRead();
    state.begun = true;
    state.waiting = true;
    const next = nextChunk(request);
    abandon = next.abandon;
    const chunk = await next.chunk;
    state.waiting = false;
    if (chunk === undefined) return controller.close();
    bytes += chunk.length;
    state.tooLarge = bytes > maxBytes;
    if (state.tooLarge) throw new BodyTooLarge(`the body is above ${maxBytes} bytes`);
    hooks.onBytes();
    controller.enqueue(chunk);
    return undefined;
  }

  return {
    get begun() {
      return state.begun;
    },
    get waiting() {
      return state.waiting;
    },
    get tooLarge() {
      return state.tooLarge;
    },
    view: () => new ReadableStream({ pull, cancel: () => abandon() }, { highWaterMark: 0 }),
  };
}

/** One chunk, or undefined at the end. Fails when the client goes away midway; `abandon` leaves the request unread. */
function nextChunk(request: IncomingMessage) {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
  const settle = (run: () => void) => {
    request.pause();
    request.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
    run();
  };
  const onData = (chunk: Buffer) => settle(() => resolve(chunk));
  const onEnd = () => settle(() => resolve(undefined));
  const onError = (error: Error) => settle(() => reject(error));
  const onClose = () => settle(() => reject(new Error("the client has gone")));
  if (request.readableEnded) resolve(undefined);
  else if (request.destroyed) reject(new Error("the client has gone"));
  else {
    request.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
    request.resume();
  }
  return { chunk: promise, abandon: () => settle(() => resolve(undefined)) };
}
