import type { Tunnel } from "../../domain/upstream.ts";
import { resetBecause } from "./messages.ts";
import type { LineStream } from "./stream.ts";

/**
 * Sends a body down a stream and ends it. Reads only when the other side has room, resets the stream when the body fails,
 * and cancels the body when the stream does. Never throws.
 */
export async function pump(body: ReadableStream<Uint8Array>, stream: LineStream): Promise<void> {
  const reader = body.getReader();
  // Whether the body minds being cancelled changes nothing for the stream.
  const stop = () => void Promise.allSettled([reader.cancel(stream.signal.reason)]);
  if (stream.signal.aborted) stop();
  stream.signal.addEventListener("abort", stop, { once: true });
  try {
    while (await stream.room()) {
      const { done, value } = await reader.read();
      if (done) return stream.end();
      await stream.write(value);
    }
  } catch (error) {
    stream.reset(
      resetBecause(`the body broke off: ${error instanceof Error ? error.message : "no reason given"}`),
    );
  } finally {
    stream.signal.removeEventListener("abort", stop);
    reader.releaseLock();
  }
}

/** Both directions of a stream as raw bytes, after an upgrade. */
export function tunnelOf(stream: LineStream): Tunnel {
  const writable = new WritableStream<Uint8Array>({
    write: (bytes) => stream.write(bytes),
    close: () => stream.end(),
    abort: (reason) => stream.reset(resetBecause(`the client has gone: ${String(reason)}`)),
  });
  return { readable: stream.readable, writable };
}
