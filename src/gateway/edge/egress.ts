/** What is said of an answer's body once its bytes are known: how many, or undefined where they cannot be counted. */
export type Noted = (bytes: number | undefined) => void;

/**
 * The body of an answer, whose bytes are noted once. Where the answer says its length nothing of it is looked at, and the runtime pipes it by
 * itself. One of unknown length is counted as it goes by, unheld; but not one that the runtime would have to unpack and pack again to
 * be looked at, nor a stream of events, which should outlive this code: their bytes are unknown.
 */
export function notedBody(answer: Response, method: string, noted: Noted): ReadableStream<Uint8Array> | null {
  const { body, headers } = answer;
  const length = headers.get("content-length");
  if (body === null || method === "HEAD") noted(answer.status === SWITCHED ? undefined : 0);
  else if (length !== null && /^\d{1,15}$/.test(length)) noted(Number(length));
  else if (headers.has("content-encoding") || isEvents(headers)) noted(undefined);
  else return counted(body, noted);
  return body;
}

/** After it the connection is a WebSocket, whose bytes the runtime joins by itself. */
const SWITCHED = 101;

const isEvents = (headers: Headers): boolean =>
  headers.get("content-type")?.startsWith("text/event-stream") === true;

// A stream of its own and no TransformStream, which in some runtimes is not told when the client goes away.
function counted(body: ReadableStream<Uint8Array>, noted: Noted): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await reader.read();
          if (!done) {
            bytes += value.length;
            controller.enqueue(value);
            return;
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        noted(bytes);
      },
      async cancel(reason) {
        const gone = reader.cancel(reason);
        noted(bytes);
        await gone;
      },
    },
    // Nothing is read before the client wants it.
    { highWaterMark: 0 },
  );
}
