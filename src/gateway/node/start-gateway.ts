import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { GatewayPorts } from "../admit.ts";
import { MAX_HEADER_BYTES, upgradeOf } from "../headers.ts";
import { refuse } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { createShunned } from "../shunned.ts";
import { answerRefusal, refuseSocket } from "./answer-refusal.ts";
import { DEFAULT_LIMITS, pairsOf } from "./node-gateway.ts";
import type { GatewayLimits, NodeGateway } from "./node-gateway.ts";
import { serveRequest } from "./serve-request.ts";
import { serveUpgrade } from "./serve-upgrade.ts";

/** A client that takes longer for its head is let go. */
const HEADERS_TIMEOUT_MS = 30_000;
/** Longer than the idle time of common balancers in front (60 s), so that they close first. */
const KEEP_ALIVE_MS = 75_000;
const MAX_CONNECTIONS = 20_000;
/** Requests a client may send on one connection before it has an answer. */
const MAX_PIPELINED = 64;
const BUSY_RETRY_SECONDS = 1;

export interface StartGatewayOptions
  extends Omit<GatewayPorts, "shunned">, Pick<NodeGateway, "send" | "counts"> {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly now: () => number;
  readonly limits?: Partial<GatewayLimits> | undefined;
}

export interface RunningGateway {
  readonly port: number;
  /** Takes no new connection, lets what is under way finish for `graceMs`, then closes every stream and connection. */
  close(graceMs: number): Promise<void>;
}

/** Starts the gateway's server. Rejects when the port cannot be had. */
export async function startGateway(options: StartGatewayOptions): Promise<RunningGateway> {
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const gateway: NodeGateway = { ...options, limits, shunned: createShunned(options.now) };
  const server = createServer({
    insecureHTTPParser: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    // A long upload is no offence: the exchange has its own watchdog.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requireHostHeader: true,
    shouldUpgradeCallback: (request) => upgradeOf(pairsOf(request.rawHeaders)) !== undefined,
  });
  server.maxHeadersCount = 0; // ours are counted, not cut off in silence
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = trackSockets(server);
  listenFor(server, gateway, sockets);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return { port: portOf(server), close: (graceMs) => closeServer(server, sockets, graceMs) };
}

function listenFor(server: Server, gateway: NodeGateway, sockets: Connections): void {
  let underWay = 0;
  const serve = (run: () => Promise<void>) => {
    underWay++;
    void run().finally(() => underWay--);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const unfinished = sockets.get(socket) ?? new Set();
    const before = [...unfinished].at(-1);
    if (unfinished.size >= MAX_PIPELINED) {
      socket.destroy();
      return;
    }
    unfinished.add(response);
    response.once("close", () => unfinished.delete(response));
    if (underWay >= gateway.limits.maxConcurrent) {
      answerRefusal(request, response, BUSY, gateway.newRequestId());
      return;
    }
    serve(async () => {
      await finished(before);
      if (socket.writable) await serveRequest(request, response, gateway);
    });
  };
  server.on("request", onRequest);
  server.on("checkContinue", onRequest);
  server.on("checkExpectation", (request, response) => {
    const refusal = refuse("expectation-failed", "this gateway meets no expectation but 100-continue");
    answerRefusal(request, response, refusal, gateway.newRequestId());
  });
  server.on("connect", (_request, socket: Socket) =>
    refuseSocket(
      socket,
      refuse("method-not-allowed", "CONNECT does not pass this gateway"),
      gateway.newRequestId(),
    ),
  );
  server.on("upgrade", (request, socket: Socket, head) => {
    const before = [...(sockets.get(socket) ?? [])].at(-1);
    if (underWay >= gateway.limits.maxConcurrent) {
      refuseSocket(socket, BUSY, gateway.newRequestId());
      return;
    }
    serve(async () => {
      await finished(before);
      if (socket.writable) await serveUpgrade(request, socket, head, gateway);
    });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    // Words of ours inside an answer that has begun would be read as part of it.
    const hasBegun = [...(sockets.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (hasBegun || !socket.writable) socket.destroy();
    else refuseSocket(socket, refusalOf(error), gateway.newRequestId());
  });
}

/** Requests sent at once are served one after the other, for an unsafe one may come first (RFC 9112, 9.3.2). */
async function finished(response: ServerResponse | undefined): Promise<void> {
  if (response !== undefined && !response.closed)
    await new Promise((resolve) => response.once("close", resolve));
}

const BUSY = refuse(
  "too-busy",
  "the gateway has all the requests it can carry: try again",
  BUSY_RETRY_SECONDS,
);

/** What the parser refused, in words. What it refuses is never sent on. */
function refusalOf(error: NodeJS.ErrnoException): Refusal {
  if (error.code === "HPE_HEADER_OVERFLOW") {
    return refuse(
      "headers-too-large",
      `the head of a request has ${MAX_HEADER_BYTES} bytes at most: send fewer headers`,
    );
  }
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT")
    return refuse("request-timeout", "the head of the request did not come in time");
  return refuse("bad-request", "this is not well-formed HTTP/1.1 (RFC 9112), so it is not sent on");
}

/** Each connection with its answers that are not finished, in their order. */
type Connections = Map<Socket, Set<ServerResponse>>;

function trackSockets(server: Server): Connections {
  const sockets: Connections = new Map();
  server.on("connection", (socket: Socket) => {
    sockets.set(socket, new Set());
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

async function closeServer(server: Server, sockets: Connections, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const socket of sockets.keys()) socket.destroy();
  }, graceMs);
  await closed;
  clearTimeout(timer);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("the gateway does not listen on a port");
  return address.port;
}
