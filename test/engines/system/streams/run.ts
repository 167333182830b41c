// What the tests of the tunnel run in a container: uploads, downloads, events and a WebSocket. Packed into an image as it is, so it imports Node only.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

const EVENT_MS = 100;
const CHUNK_BYTES = 64 * 1_024;
/** RFC 6455, section 1.3. */
const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT_FRAME = 0x81;
const CLOSE_OPCODE = 0x8;
const LONG_LENGTH = 126;

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) =>
    response.destroy(error instanceof Error ? error : undefined),
  );
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://streams");
  if (url.pathname === "/upload") return await upload(request, response);
  if (url.pathname === "/download") return await download(Number(url.searchParams.get("bytes")), response);
  if (url.pathname === "/events") return await events(response);
  response.end("ok\n");
}

/** Says how much came, and its SHA-256. */
async function upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  response.end(JSON.stringify({ bytes, sha256: hash.digest("hex") }));
}

/** Bytes that count up, chunk by chunk. */
async function download(bytes: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-length": String(bytes) });
  for (let sent = 0; sent < bytes; sent += CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes - sent), (sent / CHUNK_BYTES) % 251);
    if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
  }
  response.end();
}

/** Numbers from 0 on, ten a second, until the client leaves. */
async function events(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let number = 0; !response.destroyed; number += 1) {
    response.write(`data: ${String(number)}\n\n`);
    await wait(EVENT_MS);
  }
}

server.on("upgrade", (request, socket, head) => {
  const key = `${request.headers["sec-websocket-key"] ?? ""}${WEBSOCKET_GUID}`;
  const accept = createHash("sha1").update(key).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  if (head.length > 0) socket.unshift(head);
  echo(socket);
});

/** Sends every short text message back; enough of RFC 6455, section 5, for that. */
function echo(socket: Duplex): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = frameIn(pending); frame !== undefined; frame = frameIn(pending)) {
      pending = pending.subarray(frame.size);
      if (frame.opcode === CLOSE_OPCODE) return void socket.end();
      socket.write(Buffer.concat([Buffer.from([TEXT_FRAME, frame.text.length]), frame.text]));
    }
    return undefined;
  });
}

function frameIn(
  bytes: Buffer,
): { readonly opcode: number; readonly text: Buffer; readonly size: number } | undefined {
  const length = (bytes[1] ?? 0) & 0x7f;
  const size = 6 + length; // two bytes of head and four of the mask, which every client must use
  if (bytes.length < size) return undefined;
  if (length >= LONG_LENGTH) throw new Error("only short messages are echoed");
  const mask = bytes.subarray(2, 6);
  const text = Buffer.from(bytes.subarray(6, size).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return { opcode: (bytes[0] ?? 0) & 0xf, text, size };
}

server.listen(Number(process.env["PORT"] ?? "8080"), "0.0.0.0");
