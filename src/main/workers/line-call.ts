import type { Endpoint } from "../../domain/observation.ts";
import { ConnectError, type Header } from "../../domain/upstream.ts";

/** One exchange with a container, as a Worker asks an agent's object for it. */
export interface Exchange {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
}

/** How the object says what became of a call; the container's own headers stand beside it. */
const OUTCOME = "berth-line";
const EXCHANGE = "berth-exchange";
const EXCHANGE_PATH = "/exchange";
const LOGS_PATH = "/logs";
/** No network sees this name: it goes to an object. */
const ORIGIN = "http://line";

/** A request for a container, to be given to its agent's object. The body and the signal are the request's own. */
export function exchangeRequest(endpoint: Endpoint, request: Request): Request {
  const { pathname, search } = new URL(request.url);
  const exchange: Exchange = {
    endpoint,
    method: request.method,
    target: pathname + search,
    headers: [...request.headers],
  };
  const upgrade = request.headers.get("upgrade");
  const headers: Record<string, string> = { [EXCHANGE]: asciiJson(exchange) };
  if (upgrade !== null) headers["upgrade"] = upgrade;
  const { body, signal } = request;
  const init: RequestInit = { method: body === null ? "GET" : "POST", headers, signal };
  const withBody: RequestInit & { readonly duplex: "half" } = { ...init, body, duplex: "half" };
  return new Request(ORIGIN + EXCHANGE_PATH, body === null ? init : withBody);
}

/** What a request asks of the object: an exchange, logs, or (undefined) to be an agent's line. */
export function callOf(
  request: Request,
): { readonly exchange: Exchange } | { readonly logs: LogsCall } | undefined {
  const url = new URL(request.url);
  // Only Workers of this installation can call an object, and they do so through the functions of this file.
  if (url.pathname === EXCHANGE_PATH) {
    const exchange: Exchange = JSON.parse(request.headers.get(EXCHANGE) ?? "null");
    return { exchange };
  }
  if (url.pathname !== LOGS_PATH) return undefined;
  const logs: LogsCall = JSON.parse(url.searchParams.get("call") ?? "null");
  return { logs };
}

export interface LogsCall {
  readonly agentId: string;
  readonly unit: string;
  readonly tail: number;
  readonly follow: boolean;
}

/** A request for a container's log, to be given to its agent's object. */
export function logsRequest(call: LogsCall, signal: AbortSignal): Request {
  const url = new URL(ORIGIN + LOGS_PATH);
  url.searchParams.set("call", JSON.stringify(call));
  return new Request(url, { signal });
}

/** A request that becomes the agent's line. */
export function lineRequest(agentId: string): Request {
  return new Request(`${ORIGIN}/line/${agentId}`, { headers: { upgrade: "websocket" } });
}

/** The agent whose line a request is to become. */
export function lineAgentOf(request: Request): string {
  return new URL(request.url).pathname.split("/").at(-1) ?? "";
}

/** Marks an answer as the container's. */
export function answered(headers: Headers): Headers {
  headers.set(OUTCOME, "answered");
  return headers;
}

/** The answer for a call that failed inside the object. */
export function failed(error: unknown): Response {
  const outcome = error instanceof ConnectError ? "not-connected" : "broken";
  const message = error instanceof Error ? error.message : String(error);
  return new Response(message, { status: 502, headers: { [OUTCOME]: outcome } });
}

/** The container's answer. Throws `ConnectError` when nothing reached it, any other error when the exchange broke. */
export async function outcomeOf(answer: Response): Promise<Response> {
  const outcome = answer.headers.get(OUTCOME);
  if (outcome === "answered") return withoutOutcome(answer);
  const message = await answer.text();
  throw outcome === "not-connected" ? new ConnectError(message) : new Error(message);
}

function withoutOutcome(answer: Response): Response {
  const headers = new Headers(answer.headers);
  headers.delete(OUTCOME);
  const { status, statusText } = answer;
  // workerd's own field of a 101; undefined in any other answer.
  const webSocket: unknown = Reflect.get(answer, "webSocket");
  const init = { status, statusText, headers };
  return new Response(
    answer.body,
    webSocket === null || webSocket === undefined ? init : withSocket(init, webSocket),
  );
}

const withSocket = (init: ResponseInit, webSocket: unknown) => ({ ...init, webSocket });

/** Header values are Latin-1 at most; JSON can say all of Unicode in ASCII. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
