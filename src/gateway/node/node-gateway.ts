import type { IncomingMessage } from "node:http";
import type { Header, Send } from "../../domain/upstream.ts";
import type { Arrival, GatewayPorts } from "../admit.ts";
import type { Counts } from "../counts.ts";
import { requestIdOf } from "../headers.ts";

/** What serving a request on Node needs. */
export interface NodeGateway extends GatewayPorts {
  readonly send: Send;
  readonly counts: Counts;
  readonly limits: GatewayLimits;
}

export interface GatewayLimits {
  /** Requests and streams under way at once. */
  readonly maxConcurrent: number;
  /** An exchange in which neither side sent a byte for this long ends. */
  readonly idleMs: number;
  /** How long a client may go on sending a body that nobody reads any more. */
  readonly lingerMs: number;
  /** How long a stream whose unit is to go may take to come to the end of its frame. */
  readonly cleanCloseMs: number;
  /** Overrides `route.timeoutSeconds`, for tests. */
  readonly firstByteMs?: number | undefined;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  maxConcurrent: 10_000,
  idleMs: 300_000,
  lingerMs: 5_000,
  cleanCloseMs: 2_000,
};

/** A request of Node's server as the gateway sees it. */
export function arrivalOf(request: IncomingMessage, gateway: NodeGateway): Arrival {
  const headers = pairsOf(request.rawHeaders);
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers,
    clientAddress: request.socket.remoteAddress?.replace(/^::ffff:/, ""),
    proto: "encrypted" in request.socket ? "https" : "http",
    requestId: requestIdOf(headers, gateway.newRequestId),
  };
}

/** Node's flat list as pairs, names as they were sent. */
export function pairsOf(rawHeaders: readonly string[]): readonly Header[] {
  return rawHeaders.flatMap((name, at): Header[] => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""]] : []));
}
