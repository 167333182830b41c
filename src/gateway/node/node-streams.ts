import type { Readable, Writable } from "node:stream";

/**
 * A web stream over a Node one: reads only when asked and errors when the source ends early. Cancelling destroys the
 * source, unless it is `keepOpen`: a socket has another direction.
 */
export function webFrom(
  source: Readable,
  options: { readonly keepOpen?: boolean } = {},
): ReadableStream<Uint8Array> {
  const chunks = source.iterator({ destroyOnReturn: options.keepOpen !== true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = (await chunks.next()) as IteratorResult<Uint8Array, undefined>;
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        if (options.keepOpen !== true) source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Writes a web stream into a Node one as fast as it drains. Leaves it open; throws when either side fails. */
export async function pour(
  source: ReadableStream<Uint8Array>,
  into: Writable,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  const reader = source.getReader();
  const gone = new Error("the connection has closed");
  // A source that waits for its next byte must learn at once that nobody wants it any more.
  const stop = () => void Promise.allSettled([reader.cancel(gone)]);
  into.once("close", stop);
  if (into.destroyed) stop();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (into.destroyed) throw gone;
      if (done) return;
      onBytes?.(value.length);
      if (!into.write(value)) await drained(into);
    }
  } finally {
    into.off("close", stop);
    reader.releaseLock();
  }
}

/** Resolves when the stream takes more, or has closed. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      stream.off("drain", go);
      stream.off("close", go);
      resolve();
    };
    stream.once("drain", go);
    stream.once("close", go);
    if (stream.destroyed) go();
  });
}

/** A raw connection after an upgrade, `head` being what came with its last header. */
export function tunnelOver(
  socket: Readable & Writable,
  head: Uint8Array,
): {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
} {
  if (head.length > 0) socket.unshift(head);
  const writable = new WritableStream<Uint8Array>({
    async write(bytes) {
      if (!socket.write(bytes)) await drained(socket);
      if (socket.destroyed) throw new Error("the connection has closed");
    },
    close() {
      socket.end();
    },
    abort() {
      socket.destroy();
    },
  });
  return { readable: webFrom(socket), writable };
}
