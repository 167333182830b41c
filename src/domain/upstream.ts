import type { Endpoint } from "./observation.ts";

/** One exchange with an endpoint, whichever way it is reached. Body streams are bytes; both directions apply back-pressure. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query as the container shall see them. */
  readonly target: string;
  /** Pairs in order, hop-by-hop headers already removed; `upgrade` and `connection` stay for an upgrade. */
  readonly headers: readonly Header[];
  /** Not read before the endpoint has accepted the connection, so that after a `ConnectError` it is still whole. */
  readonly body: ReadableStream<Uint8Array> | undefined;
}
export interface UpstreamResponse {
  readonly status: number;
  /** Pairs as the endpoint sent them, hop-by-hop headers included. */
  readonly headers: readonly Header[];
  readonly body: ReadableStream<Uint8Array> | undefined;
  /** After a 101: raw bytes both ways. */
  readonly upgraded?: Tunnel | undefined;
}

/** A header's name and value, in the case they were sent in. */
export type Header = readonly [string, string];

export interface Tunnel {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Thrown when not one byte reached the endpoint, so that another may be tried. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
}

/** Thrown before anything of a request was begun, so that its body is still whole whatever the runtime. */
export class NotBegunError extends ConnectError {}

/** Sends one request to one endpoint. Throws `ConnectError` before the first byte, any other error after it. */
export type Send = (
  endpoint: Endpoint,
  request: UpstreamRequest,
  signal: AbortSignal,
) => Promise<UpstreamResponse>;
