import { Fault } from "../domain/fault.ts";
import { authenticate, bearerOf } from "../identity/authenticate.ts";
import type { Scope } from "../identity/scope.ts";
import { guardedStream } from "./guarded-stream.ts";
import type { ReadRoutePorts } from "./route-ports.ts";

const encoder = new TextEncoder();
const SSE_KEEP_ALIVE = encoder.encode(": still here\n\n");

/** Whether the caller wants server-sent events: it says so in `Accept`. */
export function wantsEvents(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes("text/event-stream");
}

/** A streamed answer that ends when the token that opened it is revoked, expires or loses the scope. */
export function streamAnswer(
  ports: Pick<ReadRoutePorts, "store" | "now" | "sleep">,
  request: Request,
  scope: Scope,
  stream: ReadableStream<Uint8Array>,
  mediaType: "text/event-stream" | "application/x-ndjson",
): Response {
  const body = guardedStream(stream, {
    stillAllowed: () => stillAllowed(ports, request, scope),
    now: ports.now,
    sleep: ports.sleep,
    keepAlive: mediaType === "text/event-stream" ? SSE_KEEP_ALIVE : undefined,
    signal: request.signal,
  });
  // `no-transform` and the nginx word keep proxies from holding lines back until they have many.
  const headers = {
    "content-type": mediaType,
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  };
  return new Response(body, { headers });
}

/** One server-sent event: a line of JSON, with the id to go on after. */
export function sseEvent(data: unknown, id?: number): Uint8Array {
  return encoder.encode(`${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
}

/** NDJSON as server-sent events: each line becomes one. A line is at most `MAX_LINE_BYTES`, longer ones are cut by the source. */
export function ndjsonToEvents(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let rest = "";
  const emit = (line: string, controller: TransformStreamDefaultController<Uint8Array>) => {
    if (line !== "") controller.enqueue(encoder.encode(`data: ${line}\n\n`));
  };
  return new TransformStream({
    transform: (chunk, controller) => {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) emit(line, controller);
    },
    flush: (controller) => emit(rest + decoder.decode(), controller),
  });
}

async function stillAllowed(
  ports: Pick<ReadRoutePorts, "store" | "now">,
  request: Request,
  scope: Scope,
): Promise<boolean> {
  try {
    const principal = await authenticate(ports, bearerOf(request.headers.get("authorization")));
    return principal.scopes.has(scope);
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
