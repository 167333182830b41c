import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { connectLine } from "../../src/agent/line/agent-end.ts";
import type { ConnectLineOptions, LineTiming } from "../../src/agent/line/agent-end.ts";
import { lineUrl } from "../../src/agent/line/address.ts";
import { createLineHub } from "../../src/agent/line/broker-end.ts";
import type { LineHub } from "../../src/agent/line/broker-end.ts";
import { MAX_FRAME_BYTES } from "../../src/agent/line/frames.ts";
import { feed, lineSocket } from "../../src/agent/line/ws-socket.ts";
import type { Endpoint } from "../../src/domain/observation.ts";
import type { UpstreamRequest } from "../../src/domain/upstream.ts";
import { createDirectSend } from "../../src/gateway/node/send-direct.ts";

const cleanups: (() => Promise<void> | void)[] = [];

/** Undoes everything that was started here; for `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
export function onStop(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup);
}

/** An HTTP server standing in for a container. */
export async function startContainer(
  handler: RequestListener,
  onUpgrade?: (request: IncomingMessage, socket: Socket, head: Buffer) => void,
): Promise<{ readonly port: number; readonly server: Server; readonly stop: () => Promise<void> }> {
  const server = createServer(handler);
  if (onUpgrade !== undefined) server.on("upgrade", onUpgrade);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onStop(stop);
  return { port: portOf(server), server, stop };
}

export interface Broker {
  readonly hub: LineHub;
  readonly url: string;
  /** The broker's ends of the sockets, oldest first. */
  readonly sockets: WebSocket[];
  readonly handshakes: IncomingMessage["headers"][];
  /** Resolves when that many lines in all have been accepted. */
  readonly accepted: (count: number) => Promise<void>;
}

/** A hub behind a real WebSocket server. */
export async function startBroker(refuse: (attempt: number) => boolean = () => false): Promise<Broker> {
  const hub = createLineHub({ now: () => performance.now() });
  const sockets: WebSocket[] = [];
  const handshakes: IncomingMessage["headers"][] = [];
  const waiting: (() => void)[] = [];
  const wss = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    handshakes.push(request.headers);
    if (refuse(handshakes.length)) {
      socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    wss.handleUpgrade(request, socket, head, (ws) => {
      sockets.push(ws);
      feed(hub.accept("agent-1", lineSocket(ws)), ws);
      for (const go of waiting.splice(0)) go();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onStop(() => {
    for (const socket of sockets) socket.terminate();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const accepted = async (count: number) => {
    while (sockets.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { hub, url: `ws://127.0.0.1:${portOf(server)}/line`, sockets, handshakes, accepted };
}

/** An agent whose every unit is the container at `port`; connects to `url`. */
export function startAgent(
  url: string,
  port: number | undefined,
  options: Partial<ConnectLineOptions> & { readonly timing?: Partial<LineTiming> } = {},
) {
  const stop = new AbortController();
  const direct = createDirectSend();
  const sentences: string[] = [];
  const line = connectLine({
    url,
    headers: async () => ({ authorization: "Berth-Agent id=agent-1" }),
    onRing: () => {},
    dial: async () => (port === undefined ? undefined : { host: "127.0.0.1", port }),
    logs: async () => undefined,
    send: direct.send,
    signal: stop.signal,
    now: () => performance.now(),
    log: (sentence) => sentences.push(sentence),
    random: () => 0,
    ...options,
  });
  onStop(async () => {
    stop.abort();
    await line.done;
    direct.close();
  });
  return { ...line, sentences, stop: () => stop.abort() };
}

/** Broker, agent and container, connected. */
export async function startLine(...container: Parameters<typeof startContainer>) {
  const { port, server, stop } = await startContainer(...container);
  const broker = await startBroker();
  const agent = startAgent(broker.url, port);
  await broker.accepted(1);
  return { ...broker, agent, port, server, stopContainer: stop };
}

export const ENDPOINT: Endpoint = {
  replica: 0,
  url: lineUrl({ agentId: "agent-1", unit: "unit-1", replica: 0, port: 8080 }),
  transport: "line",
  bypassable: false,
  ready: true,
};

export function request(over: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: "GET", target: "/", headers: [["Host", "web.test"]], body: undefined, ...over };
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("the server does not listen on a port");
  return address.port;
}
export const never = () => new AbortController().signal;

/** The whole of a body as text. */
export async function text(body: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return body === undefined ? "" : await new Response(body).text();
}

/** A body of `total` bytes that counts what was taken of it. */
export function counted(total: number, chunkBytes = 64 * 1024) {
  const state = { taken: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = Math.min(chunkBytes, total - state.taken);
        if (size === 0) return controller.close();
        state.taken += size;
        controller.enqueue(new Uint8Array(size).fill(state.taken % 251));
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

/** Lets everything that can still happen happen, until nothing changes any more. */
export async function settled(read: () => number): Promise<void> {
  for (let same = 0, last = -1; same < 20;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    same = read() === last ? same + 1 : 0;
    last = read();
  }
}
