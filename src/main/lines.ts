import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { LineHub } from "../agent/line/broker-end.ts";
import { feed, lineSocket } from "../agent/line/ws-socket.ts";
import { authoriseLine } from "../broker/agents.ts";
import type { Ports } from "../broker/ports.ts";
import { FAULT_STATUS, Fault } from "../domain/fault.ts";

const LINE_PATH = /^\/v1\/agents\/([a-z0-9_-]{1,80})\/line$/;
/** A frame is at most 64 KiB and its head; anything larger is no frame. */
const MAX_MESSAGE_BYTES = 70 * 1024;
const KEEP_ALIVE_MS = 2_000;

/** Serve the agents' lines on the API's own server: the upgrade is signed by the agent's key, like each of its calls. */
export function serveLines(
  server: Server,
  hub: LineHub,
  ports: Pick<Ports, "store" | "now" | "log">,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void admit(ports, request).then(
      (agentId) =>
        sockets.handleUpgrade(request, socket, head, (accepted) => {
          feed(hub.accept(agentId, lineSocket(accepted)), accepted);
        }),
      (error: unknown) => refuse(socket, error, ports),
    );
  });
  const timer = setInterval(() => hub.keepAlive(), KEEP_ALIVE_MS);
  return () => {
    clearInterval(timer);
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}

/** The agent that may have this line. Throws a `Fault` when the path or the signature is not right. */
async function admit(ports: Pick<Ports, "store" | "now" | "log">, request: IncomingMessage): Promise<string> {
  const path = request.url ?? "/";
  const id = LINE_PATH.exec(path)?.[1];
  if (id === undefined) throw new Fault("not-found", "There is no line at this address.");
  const headers = new Headers();
  if (request.headers.authorization !== undefined)
    headers.set("authorization", request.headers.authorization);
  return (await authoriseLine(ports, { id, headers, path })).id;
}

function refuse(socket: Duplex, error: unknown, ports: Pick<Ports, "log">): void {
  if (!(error instanceof Fault)) ports.log("error", `a line could not be judged: ${String(error)}`);
  const status = error instanceof Fault ? FAULT_STATUS[error.code] : 500;
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
