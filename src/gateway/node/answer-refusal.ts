import type { IncomingMessage, ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Header } from "../../domain/upstream.ts";
import { problemOf } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";

/** The gateway's own answer to a request. Where one has begun already, the connection is cut instead. */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  requestId: string,
): void {
  if (response.headersSent || response.destroyed) {
    request.socket.destroy();
    return;
  }
  const { headers, body } = problemOf(refusal, requestId);
  // Without its 100 the client may or may not send the body, so this connection cannot carry another request; and who
  // sends what cannot be read one way only is not read any further.
  const isLast = request.headers.expect !== undefined || LAST_WORDS.has(refusal.status);
  const last = isLast ? ["Connection", "close"] : [];
  response.writeHead(refusal.status, [...headers.flat(), ...last]);
  response.end(request.method === "HEAD" ? undefined : body);
}

const LAST_WORDS: ReadonlySet<number> = new Set([400, 405, 408, 431]);

/** The gateway's own answer where Node has no response object for one; it ends the connection. */
export function refuseSocket(socket: Socket, refusal: Refusal, requestId: string): void {
  if (socket.destroyed) return;
  const { headers, body } = problemOf(refusal, requestId);
  socket.on("error", () => socket.destroy());
  writeHead(socket, refusal.status, [...headers, ["Connection", "close"]]);
  socket.end(body);
}

/** Writes a response head. Values came through a parser or the line's own check: neither lets a line break in. */
export function writeHead(socket: Socket, status: number, headers: readonly Header[]): void {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${lines}\r\n`, "latin1");
}
