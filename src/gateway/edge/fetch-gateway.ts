import type { Endpoint } from "../../domain/observation.ts";
import { ConnectError } from "../../domain/upstream.ts";
import type { Header } from "../../domain/upstream.ts";
import { admit } from "../admit.ts";
import type { Admitted, Arrival, GatewayPorts } from "../admit.ts";
import type { Counts } from "../counts.ts";
import { requestIdOf, responseHeaders } from "../headers.ts";
import { problemOf, refuse } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { notedBody } from "./egress.ts";
import { tryEach } from "../try-each.ts";

/** Sends a request to one endpoint. Throws `ConnectError` when not one byte reached it. */
export type EdgeSend = (endpoint: Endpoint, request: Request) => Promise<Response>;

export interface EdgeGateway extends GatewayPorts {
  readonly counts: Counts;
  /** For `http(s)://` endpoints; the runtime passes a WebSocket through on its own. */
  readonly direct: EdgeSend;
  /** For `line://` endpoints. */
  readonly line: EdgeSend;
}

/** Serves one request over fetch. Bodies pass as streams that only the runtime touches, unless their length is unknown. */
export async function handleGateway(request: Request, gateway: EdgeGateway): Promise<Response> {
  const arrival = arrivalOf(request, gateway);
  try {
    const admitted = await admit(arrival, gateway);
    if (admitted.refused) return refusalResponse(admitted, arrival.requestId);
    return await forward(request, admitted, arrival, gateway);
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      return refusalResponse(
        refuse("body-too-large", `${error.message}: raise route.maxBodyMiB`),
        arrival.requestId,
      );
    }
    gateway.log(`${arrival.requestId}: ${error instanceof Error ? error.message : String(error)}`);
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const refusal = timedOut
      ? refuse(
          "upstream-timeout",
          "the container did not begin to answer in time: raise route.timeoutSeconds",
        )
      : refuse("bad-gateway", "the container's answer broke off: berth logs says what it did");
    return refusalResponse(refusal, arrival.requestId);
  }
}

async function forward(
  request: Request,
  admitted: Admitted,
  arrival: Arrival,
  gateway: EdgeGateway,
): Promise<Response> {
  const asked = limited(request, admitted.maxBodyBytes);
  const startedAt = gateway.now();
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new DOMException("no answer in time", "TimeoutError")),
    admitted.route.timeoutSeconds * 1_000,
  );
  const signal = AbortSignal.any([request.signal, deadline.signal]);
  try {
    const result = await tryEach(
      admitted.decision,
      ({ endpoint }) => {
        const send = endpoint.transport === "line" ? gateway.line : gateway.direct;
        return send(endpoint, onward(request, admitted, endpoint, asked, signal));
      },
      {
        ...gateway,
        // Whether the runtime has begun a body cannot be asked, so only a request without one is offered again.
        mayRetry: () => asked === null && !signal.aborted,
        failedAs: () => (request.signal.aborted ? "aborted" : "failed"),
      },
    );
    if (result.refused) return refusalResponse(result, arrival.requestId);
    result.exchange.end(result.answer.status >= 500 ? "failed" : "answered");
    // To the answer's head: the end of most bodies is not seen here.
    const requestMs = gateway.now() - startedAt;
    const body = notedBody(result.answer, request.method, (egressBytes) => {
      gateway.traffic?.carried(admitted.route, { requestMs, egressBytes });
    });
    const cookie = admitted.stickyCookie(result.served);
    return outward(result.answer, body, arrival.requestId, cookie);
  } finally {
    clearTimeout(timer);
  }
}

function arrivalOf(request: Request, gateway: EdgeGateway): Arrival {
  const url = new URL(request.url);
  const headers: readonly Header[] = [
    ...request.headers,
    ...(request.headers.has("host") ? [] : [["host", url.host] as const]),
  ];
  return {
    method: request.method,
    target: url.pathname + url.search,
    headers,
    // Set by Cloudflare itself; what a client sends under this name is overwritten (developers.cloudflare.com, HTTP headers).
    clientAddress: request.headers.get("cf-connecting-ip") ?? undefined,
    proto: url.protocol === "http:" ? "http" : "https",
    requestId: requestIdOf(headers, gateway.newRequestId),
  };
}

/** The request as the container gets it. A redirect is the client's to follow. */
function onward(
  request: Request,
  admitted: Admitted,
  endpoint: Endpoint,
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): Request {
  const origin = endpoint.transport === "line" ? "http://line" : new URL(endpoint.url).origin;
  // Joined as text: resolved against the origin, a target like //host/ would lead to another host.
  const url = new URL(origin + admitted.target);
  const headers = new Headers(pairs(admitted.headersFor(endpoint)));
  const init: RequestInit = { method: request.method, headers, redirect: "manual", signal };
  if (body === null) return new Request(url, init);
  const withBody: RequestInit & { readonly duplex: "half" } = { ...init, body, duplex: "half" };
  return new Request(url, withBody);
}

function outward(
  answer: Response,
  body: ReadableStream<Uint8Array> | null,
  requestId: string,
  cookie: string | undefined,
): Response {
  const headers = new Headers();
  for (const [name, value] of responseHeaders([...answer.headers], requestId)) headers.append(name, value);
  if (cookie !== undefined) headers.append("Set-Cookie", cookie);
  const { status, statusText } = answer;
  const init: ResponseInit = { status, statusText, headers };
  // workerd's own field of a 101: handed on, the runtime joins the two sockets by itself.
  const webSocket: unknown = "webSocket" in answer ? answer.webSocket : undefined;
  return webSocket === undefined || webSocket === null
    ? new Response(body, init)
    : new Response(null, withSocket(init, webSocket));
}

const withSocket = (init: ResponseInit, webSocket: unknown) => ({ ...init, webSocket });

class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** A body of declared length was judged by it, and the runtime holds it to it; any other is counted as it goes by. */
function limited(request: Request, maxBytes: number): ReadableStream<Uint8Array> | null {
  if (request.body === null || request.headers.has("content-length")) return request.body;
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > maxBytes) controller.error(new BodyTooLarge(`the body is above ${maxBytes} bytes`));
      else controller.enqueue(chunk);
    },
  });
  return request.body.pipeThrough(counting);
}

function refusalResponse(refusal: Refusal, requestId: string): Response {
  const { headers, body } = problemOf(refusal, requestId);
  return new Response(body, { status: refusal.status, headers: pairs(headers) });
}

const pairs = (headers: readonly Header[]) => headers.map(([name, value]): [string, string] => [name, value]);

/**
 * Answers that Cloudflare gives for an origin it could not connect to: refused, timed out in the TCP hand-shake or
 * unreachable, TLS not agreed, name not resolved (developers.cloudflare.com, 5xx errors).
 */
const NOT_CONNECTED: ReadonlySet<number> = new Set([521, 523, 525, 526, 530]);

const REPEATABLE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** An `EdgeSend` over the runtime's fetch. */
export function createFetchSend(fetcher: (request: Request) => Promise<Response>): EdgeSend {
  return async (endpoint, request) => {
    const { host } = new URL(endpoint.url);
    try {
      const answer = await fetcher(request);
      if (!NOT_CONNECTED.has(answer.status)) return answer;
      await answer.body?.cancel();
      throw new ConnectError(`${host} does not take the connection (${answer.status})`);
    } catch (error) {
      // The runtime does not tell a connection that was refused from one that was lost. What may be repeated anyway
      // (RFC 9110, 9.2.2) is offered to the next endpoint in either case.
      const mayRepeat = REPEATABLE.has(request.method) && request.body === null && !request.signal.aborted;
      if (error instanceof ConnectError || !mayRepeat) throw error;
      throw new ConnectError(
        `${host} was not reached: ${error instanceof Error ? error.message : "no reason given"}`,
        {
          cause: error,
        },
      );
    }
  };
}
