import { ConnectError, type Send } from "../../src/domain/upstream.ts";

/** A container that answers by path: what it was sent, an echo as it comes, a counter without an end, silence, and a WebSocket echo. */
export function playedContainer() {
  const state = { connected: true, cancelled: 0, echoed: 0, left: 0 };
  const send: Send = async (_endpoint, { method, target, headers, body }, signal) => {
    if (!state.connected) throw new ConnectError("nothing listens there");
    const sent = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    if (target === "/echo")
      return { status: 200, headers: [["content-type", "x/y"]], body: counted(body, state) };
    if (target === "/endless") return { status: 200, headers: [], body: endless(state) };
    if (target === "/cached") return { status: 304, headers: [["etag", '"1"']], body: undefined };
    if (target === "/silent") return silent(signal, state);
    if (target === "/gzip") return zipped();
    if (target === "/ws") return upgraded(String(sent["sec-websocket-key"]));
    const text = JSON.stringify({ method, target, headers: sent });
    const head = [
      ["content-length", String(text.length)],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["connection", "close"],
    ] as const;
    return { status: 200, headers: head, body: new Response(text).body ?? undefined };
  };
  return { send, state };
}

function counted(body: ReadableStream<Uint8Array> | undefined, state: { echoed: number }) {
  return body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        state.echoed += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
}

function endless(state: { cancelled: number }): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
    cancel: () => void (state.cancelled += 1),
  });
}

function silent(signal: AbortSignal, state: { left: number }): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => {
      state.left += 1;
      reject(new Error("the client has left"));
    }),
  );
}

function zipped() {
  const body = new Response("many words ".repeat(100)).body?.pipeThrough(new CompressionStream("gzip"));
  return { status: 200, headers: [["content-encoding", "gzip"] as const], body };
}

/** Unmasks each frame and sends it back, as a server's echo would. */
async function upgraded(key: string) {
  const hash = await crypto.subtle.digest(
    "SHA-1",
    new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`),
  );
  const accept = btoa(String.fromCharCode(...new Uint8Array(hash)));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    transform: (frame, controller) => controller.enqueue(serverFrame(frame)),
  });
  const headers = [["Sec-WebSocket-Accept", accept]] as const;
  return { status: 101, headers, body: undefined, upgraded: { readable, writable } };
}

/** A short frame without its mask. */
function serverFrame(frame: Uint8Array): Uint8Array {
  const [first = 0, second = 0] = frame;
  const mask = frame.subarray(2, 6);
  const payload = frame.subarray(6).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Uint8Array.of(first, second & 0x7f, ...payload);
}
