import type { Agent } from "../store/instance.ts";
import { readBody } from "./body-limit.ts";
import type { Endpoint, RawCall, Who } from "./define.ts";
import { identify, type ProveAgent } from "./identify.ts";
import { fingerprintOf, idempotencyKeyOf, once } from "./idempotency.ts";
import { refusePreconditions } from "./preconditions.ts";
import { problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import type { ReadRoutePorts } from "./route-ports.ts";

/** Serves one endpoint: prove the caller, bound the body, keep the key, parse, handle, and answer every failure as a problem. */
export async function serve<P extends ReadRoutePorts>(
  endpoint: Endpoint<P>,
  request: Request,
  ports: P,
  params: Readonly<Record<string, string>>,
  proveAgent: ProveAgent<P> | undefined,
): Promise<Response> {
  const url = new URL(request.url);
  const requestId = requestIdOf(request.headers, ports.random);
  const context = { requestId, path: url.pathname, log: ports.log };
  const asProblem = (error: unknown) => problemResponse(error, context);
  try {
    const who = await identify(endpoint, ports, request, url);
    const body = await readBody(request);
    if (endpoint.method !== "GET" && endpoint.matches === undefined) refusePreconditions(request.headers);
    const call: RawCall<P> = { ports, request, url, params, body, who };
    const proved = await proveSignature(endpoint, call, proveAgent);
    const run = () => endpoint.serve(proved).catch(asProblem);
    return finished(await keyed(endpoint, proved, run), request, requestId);
  } catch (error) {
    return finished(asProblem(error), request, requestId);
  }
}

// An agent signs its body, so it is proved only once the body is there.
async function proveSignature<P>(
  endpoint: Endpoint<P>,
  call: RawCall<P>,
  proveAgent: ProveAgent<P> | undefined,
): Promise<RawCall<P>> {
  if (endpoint.guard !== "agent") return call;
  if (proveAgent === undefined)
    throw new Error("an agent's endpoint is served where agents cannot be proved");
  const { ports, request, body, url } = call;
  const agent: Agent = await proveAgent(ports, {
    id: call.params["id"] ?? "",
    request,
    path: url.pathname,
    body,
  });
  const who: Who = { kind: "agent", agent };
  return { ...call, who };
}

async function keyed<P extends ReadRoutePorts>(
  endpoint: Endpoint<P>,
  call: RawCall<P>,
  run: () => Promise<Response>,
): Promise<Response> {
  const { ports, request, url, body, who } = call;
  const key =
    endpoint.method === "GET" || who.kind !== "token" ? undefined : idempotencyKeyOf(request.headers);
  if (key === undefined || who.kind !== "token") return run();
  const told = endpoint.secretBody === true ? new TextEncoder().encode(String(body.length)) : body;
  const fingerprint = fingerprintOf(who.principal.tokenId, request.method, url, told);
  const { store, now, log } = ports;
  const secretAnswer = endpoint.secretAnswer === true;
  return once({ store, now, log, project: who.caller.project.id, key, fingerprint, secretAnswer }, run);
}

/** Headers that every answer carries. An answer that set its own keeps it. */
const STANDING_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** The answer with its request id and the standing headers. Its own headers are kept, and its body is left as it is: no stream between. */
export function finished(response: Response, request: Request, requestId: string): Response {
  const { headers } = response;
  for (const [name, value] of Object.entries(STANDING_HEADERS))
    if (!headers.has(name)) headers.set(name, value);
  headers.set("x-request-id", requestId);
  if (request.method !== "HEAD") return response;
  // HEAD shows a stream's headers only; nobody will read what it would have carried.
  void response.body?.cancel();
  return new Response(null, { status: response.status, headers });
}
