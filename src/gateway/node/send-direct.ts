import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { Endpoint } from "../../domain/observation.ts";
import { ConnectError } from "../../domain/upstream.ts";
import type { Header, Send, UpstreamRequest, UpstreamResponse } from "../../domain/upstream.ts";
import { pour, tunnelOver, webFrom } from "./node-streams.ts";

/** Longer than three SYN retransmissions of a near host need, short enough to try another replica. */
export const CONNECT_TIMEOUT_MS = 3_000;
/** Below the 5 s after which a Node server closes an idle connection, so that ours closes first. */
export const IDLE_SOCKET_MS = 4_000;
export const MAX_SOCKETS_PER_ENDPOINT = 1_024;
export const MAX_IDLE_SOCKETS = 64;
/** Most that an upstream's response head may hold. */
export const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;

/** Methods that may be sent again when it is unknown whether they arrived (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

export interface DirectSend {
  readonly send: Send;
  /** Closes idle connections. */
  close(): void;
}

/** A `Send` for `http://` and `https://` endpoints over Node's own client. */
export function createDirectSend(options: { readonly connectTimeoutMs?: number } = {}): DirectSend {
  const settings = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS_PER_ENDPOINT,
    maxFreeSockets: MAX_IDLE_SOCKETS,
    timeout: IDLE_SOCKET_MS,
  };
  const agents = { plain: new http.Agent(settings), tls: new https.Agent(settings) };
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  return {
    send: (endpoint, request, signal) => sendOnce(endpoint, request, signal, agents, connectTimeoutMs),
    close: () => {
      agents.plain.destroy();
      agents.tls.destroy();
    },
  };
}

interface Agents {
  readonly plain: http.Agent;
  readonly tls: https.Agent;
}

/**
 * An idle connection may be closed by the upstream just as it is used again. Only a request that may be repeated takes
 * one, and is repeated on a fresh connection when that happened; every other request gets a fresh connection at once.
 */
async function sendOnce(
  endpoint: Endpoint,
  request: UpstreamRequest,
  signal: AbortSignal,
  agents: Agents,
  connectTimeoutMs: number,
): Promise<UpstreamResponse> {
  const url = new URL(endpoint.url);
  const repeatable =
    IDEMPOTENT.has(request.method) && request.body === undefined && !upgrades(request.headers);
  const agent = url.protocol === "https:" ? agents.tls : agents.plain;
  if (repeatable) {
    const answer = await exchange(url, request, signal, agent, connectTimeoutMs);
    if (answer !== "stale") return answer;
  }
  const answer = await exchange(url, request, signal, false, connectTimeoutMs);
  if (answer === "stale") throw new Error("a fresh connection cannot be stale");
  return answer;
}

function exchange(
  url: URL,
  request: UpstreamRequest,
  signal: AbortSignal,
  agent: http.Agent | false,
  connectTimeoutMs: number,
): Promise<UpstreamResponse | "stale"> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const client = url.protocol === "https:" ? https : http;
    const outgoing = client.request({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? undefined : Number(url.port),
      method: request.method,
      path: request.target,
      headers: rawHeaders(request),
      agent,
      maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
      insecureHTTPParser: false,
      setDefaultHeaders: false,
    });
    const connection = watchConnection(outgoing, connectTimeoutMs, url.protocol === "https:");
    const cancel = () => outgoing.destroy(new Error("cancelled"));
    signal.addEventListener("abort", cancel, { once: true });
    outgoing.on("close", () => signal.removeEventListener("abort", cancel));
    outgoing.on("error", (error) => {
      const stale = connection.isOpen() && outgoing.reusedSocket && agent !== false && !signal.aborted;
      if (stale && isReset(error)) resolve("stale");
      else if (connection.isOpen() || signal.aborted) reject(error);
      else
        reject(
          new ConnectError(`${url.origin} does not take the connection: ${error.message}`, { cause: error }),
        );
    });
    outgoing.on("response", (incoming) => resolve(responseOf(incoming, request.method)));
    outgoing.on("upgrade", (incoming, socket: Socket, head) =>
      resolve({ ...responseOf(incoming, "HEAD"), upgraded: tunnelOver(socket, head) }),
    );
    connection.whenOpen(() => void sendBody(outgoing, request.body));
  });
}

/** Knows whether bytes may have gone out: before that, another endpoint may be tried. */
function watchConnection(outgoing: http.ClientRequest, timeoutMs: number, isTls: boolean) {
  let open = false;
  let then: (() => void) | undefined;
  const opened = () => {
    clearTimeout(timer);
    open = true;
    then?.();
  };
  const timer = setTimeout(
    () => outgoing.destroy(new Error(`no connection within ${timeoutMs} ms`)),
    timeoutMs,
  );
  outgoing.once("close", () => clearTimeout(timer));
  outgoing.once("socket", (socket) => {
    if (outgoing.reusedSocket || !socket.connecting) opened();
    else socket.once(isTls ? "secureConnect" : "connect", opened);
  });
  return {
    isOpen: () => open,
    whenOpen: (run: () => void) => {
      then = run;
      if (open) run();
    },
  };
}

async function sendBody(
  outgoing: http.ClientRequest,
  body: ReadableStream<Uint8Array> | undefined,
): Promise<void> {
  try {
    if (body !== undefined) await pour(body, outgoing);
    outgoing.end();
  } catch (error) {
    outgoing.destroy(error instanceof Error ? error : new Error("the request body broke off"));
  }
}

/**
 * Framing and connection are ours: what came in as a body goes out as one, whatever the method. Even a connection that
 * serves once says keep-alive: an upstream that closes right after an early answer could lose that answer to a reset.
 */
function rawHeaders({ headers, body, method }: UpstreamRequest): string[] {
  const flat = headers.flatMap(([name, value]) => [name, value]);
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  if (!names.has("connection")) flat.push("Connection", "keep-alive");
  if (body !== undefined && !names.has("content-length")) flat.push("Transfer-Encoding", "chunked");
  if (body === undefined && !names.has("content-length") && BODIES_EXPECTED.has(method))
    flat.push("Content-Length", "0");
  return flat;
}

const BODIES_EXPECTED: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

function responseOf(incoming: http.IncomingMessage, method: string): UpstreamResponse {
  const status = incoming.statusCode ?? 502;
  const headers: Header[] = [];
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    headers.push([incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? ""]);
  }
  const bodiless = method === "HEAD" || status === 204 || status === 304 || status < 200;
  if (bodiless) incoming.resume();
  return { status, headers, body: bodiless ? undefined : webFrom(incoming) };
}

const upgrades = (headers: readonly Header[]) => headers.some(([name]) => name.toLowerCase() === "upgrade");
const isReset = (error: NodeJS.ErrnoException) => error.code === "ECONNRESET" || error.code === "EPIPE";
