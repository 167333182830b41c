import type { RawData, WebSocket } from "ws";
import type { AcceptedLine } from "./broker-end.ts";
import type { LineSocket } from "./streams.ts";

/** A `ws` socket as a line sees it. */
export function lineSocket(socket: WebSocket): LineSocket {
  return {
    send: (message, sent) => socket.send(message, { binary: true }, () => sent()),
    close: (code, reason) => socket.close(code, reason),
  };
}

/** Hands a `ws` socket's messages and its end on to a line. */
export function feed(line: Pick<AcceptedLine, "message" | "closed">, socket: WebSocket): void {
  socket.on("message", (data, isBinary) => line.message(isBinary ? bytesOf(data) : undefined));
  // An error is always followed by the close, which carries on from here.
  socket.on("error", (error) => line.closed(error.message));
  socket.on("close", (code, reason) =>
    line.closed(reason.length > 0 ? reason.toString() : `closed with ${code}`),
  );
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
