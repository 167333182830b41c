import type { Header, Tunnel, UpstreamResponse } from "../../domain/upstream.ts";
import { endToEnd } from "../../gateway/headers.ts";
import type { ObjectSocket } from "./bindings.ts";
import { answered } from "./line-call.ts";
import { clientFrame, closePayload, FrameError, FrameReader, type Said } from "./websocket-frames.ts";

/** Bytes on their way to a container that does not read; above it the socket is closed. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
/** Appended to a key before hashing (RFC 6455, 1.3). */
const ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** What the two ends of one connection agree on; between us and the container they are ours. */
const OF_HANDSHAKE: ReadonlySet<string> = new Set([
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
  "sec-websocket-accept",
]);

/** The client's headers with a hand-shake of our own, without extensions: messages are taken apart here. */
export function handshake(
  headers: readonly Header[],
  nonce: Uint8Array,
): { readonly headers: readonly Header[]; readonly key: string } {
  const key = btoa(String.fromCharCode(...nonce));
  const own: readonly Header[] = [
    ["Sec-WebSocket-Key", key],
    ["Sec-WebSocket-Version", "13"],
  ];
  return { headers: [...withoutHandshake(headers), ...own], key };
}

/**
 * Workers hand on sockets, lines carry bytes: this speaks RFC 6455 to the container and gives the other side a socket.
 * `over` is called once the tunnel has ended. Throws when the container did not agree to the hand-shake.
 */
export async function bridge(
  answer: UpstreamResponse,
  tunnel: Tunnel,
  our: {
    readonly key: string;
    readonly randomBytes: (count: number) => Uint8Array;
    readonly over: () => void;
  },
): Promise<Response> {
  const accept = answer.headers.find(([name]) => name.toLowerCase() === "sec-websocket-accept")?.[1];
  if (accept !== (await acceptOf(our.key))) {
    await tunnel.readable.cancel("the hand-shake was not agreed on");
    throw new Error("the container answers an upgrade that was not asked of it");
  }
  const { 0: outer, 1: inner } = new WebSocketPair();
  inner.binaryType = "arraybuffer";
  inner.accept();
  const send = sender(inner, tunnel, our.randomBytes);
  inner.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) =>
    typeof data === "string" ? send("text", encoder.encode(data)) : send("binary", new Uint8Array(data)),
  );
  inner.addEventListener("close", ({ code, reason }) => send("close", closePayload(code, reason)));
  void listen(inner, tunnel, send).then(our.over);
  const headers = withoutHandshake(endToEnd(answer.headers)).map(([name, value]): [string, string] => [
    name,
    value,
  ]);
  return new Response(null, upgradedTo(outer, answered(new Headers(headers))));
}

/** The init of a 101 as workerd takes it. */
export function upgradedTo(webSocket: ObjectSocket, headers: Headers = new Headers()) {
  return { status: 101, webSocket, headers };
}

type SendFrame = (...frame: readonly [Parameters<typeof clientFrame>[0], Uint8Array]) => void;

function sender(
  socket: ObjectSocket,
  { writable }: Tunnel,
  randomBytes: (count: number) => Uint8Array,
): SendFrame {
  const writer = writable.getWriter();
  let unsent = 0;
  let closing = false;
  return (type, payload) => {
    if (closing) return;
    closing = type === "close";
    const bytes = clientFrame(type, payload, randomBytes(4));
    unsent += bytes.length;
    if (unsent > MAX_UNSENT_BYTES) closeSocket(socket, 1013, "the container does not read");
    const sent = closing ? writer.write(bytes).then(() => writer.close()) : writer.write(bytes);
    sent.then(
      () => void (unsent -= bytes.length),
      // The tunnel is gone; its reading end, which closes the socket, has been told as well.
      () => void (closing = true),
    );
  };
}

async function listen(socket: ObjectSocket, { readable }: Tunnel, send: SendFrame): Promise<void> {
  const frames = new FrameReader();
  const reader = readable.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      for (const said of frames.take(next.value)) pass(said, socket, send);
    closeSocket(socket, GOING_AWAY, "the container closed the connection");
  } catch (error) {
    const code = error instanceof FrameError ? error.code : GOING_AWAY;
    const reason = error instanceof Error ? error.message : String(error);
    closeSocket(socket, code, reason);
    send("close", closePayload(code, reason));
    await Promise.allSettled([reader.cancel(error)]);
  }
}

function pass(said: Said, socket: ObjectSocket, send: SendFrame): void {
  if (said.type === "ping") return send("pong", said.bytes);
  if (said.type === "close") {
    send("close", closePayload(said.code, said.reason));
    return closeSocket(socket, said.code, said.reason);
  }
  if (socket.readyState === OPEN) socket.send(said.type === "text" ? said.text : new Uint8Array(said.bytes));
}

/** 1005 says that no code came: then none is sent. */
function closeSocket(socket: ObjectSocket, code: number, reason: string): void {
  if (socket.readyState !== OPEN) return;
  if (code === 1005) socket.close();
  else socket.close(code, reason.slice(0, MAX_REASON_CHARACTERS));
}

async function acceptOf(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-1", encoder.encode(key + ACCEPT_SALT));
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}

const withoutHandshake = (headers: readonly Header[]) =>
  headers.filter(([name]) => !OF_HANDSHAKE.has(name.toLowerCase()));

const encoder = new TextEncoder();
const OPEN = 1;
const GOING_AWAY = 1001;
/** A close frame holds 123 bytes of text; a character may take three. */
const MAX_REASON_CHARACTERS = 40;
