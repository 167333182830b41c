import { Hono, type Context } from "hono";
import { Fault } from "../domain/fault.ts";
import { isScope } from "../identity/scope.ts";
import type { Endpoint } from "./define.ts";
import type { ProveAgent } from "./identify.ts";
import { routerPath } from "./params.ts";
import { finished, serve } from "./pipeline.ts";
import { problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import type { ReadRoutePorts } from "./route-ports.ts";

export interface AppOptions<P> {
  /** Whom to give what this app does not serve: the edge hands it to the control Worker. Without one it is 404 or 405. */
  readonly fallback?: (request: Request, ports: P) => Promise<Response>;
  /** How an agent's signature is proved; needed as soon as an endpoint is an agent's. */
  readonly proveAgent?: ProveAgent<P>;
}

/** The application over a list of endpoints. Its ports are Hono's bindings: `app.fetch(request, ports)`. */
export function createApp<P extends ReadRoutePorts>(
  endpoints: readonly Endpoint<P>[],
  options: AppOptions<P> = {},
): { readonly fetch: (request: Request, ports: P) => Promise<Response> } {
  assertSound(endpoints, options);
  const app = new Hono<{ Bindings: P }>();
  for (const endpoint of endpoints)
    app.on(endpoint.method, routerPath(endpoint.path), (context) =>
      serve(endpoint, context.req.raw, context.env, context.req.param(), options.proveAgent),
    );
  const { fallback } = options;
  if (fallback !== undefined) app.notFound((context) => fallback(context.req.raw, context.env));
  else refuseTheRest(app, endpoints);
  app.onError((error, context) => answerFault(context, error));
  return { fetch: async (request, ports) => app.fetch(request, ports) };
}

/** A list that cannot be served safely stops the start: no guard, an unknown one, or two endpoints at one address. */
function assertSound<P>(endpoints: readonly Endpoint<P>[], options: AppOptions<P>): void {
  const seen = new Set<string>();
  for (const { guard, method, path } of endpoints) {
    const address = `${method} ${path}`;
    const shape = `${method} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`;
    const known = guard === "public" || guard === "agent" || guard === "join" || isScope(guard);
    if (!known) throw new Error(`${address} declares no scope; say who may call it`);
    if (guard === "agent" && options.proveAgent === undefined) throw new Error(`${address} needs proveAgent`);
    if (seen.has(shape)) throw new Error(`${address} is declared twice`);
    seen.add(shape);
  }
}

function refuseTheRest<P extends ReadRoutePorts>(
  app: Hono<{ Bindings: P }>,
  endpoints: readonly Endpoint<P>[],
): void {
  const paths = new Set(endpoints.map((endpoint) => endpoint.path));
  for (const path of paths) {
    const methods = endpoints.filter((endpoint) => endpoint.path === path).map((endpoint) => endpoint.method);
    const allow = allowed(methods);
    app.all(routerPath(path), (context) => {
      if (context.req.method === "OPTIONS")
        return answer(context, new Response(null, { status: 204, headers: { allow } }));
      const fault = new Fault(
        "method-not-allowed",
        `${context.req.method} does nothing at ${path}; it takes ${allow}.`,
      );
      return answerFault(context, fault, { allow });
    });
  }
  app.notFound((context) =>
    answerFault(context, new Fault("not-found", "There is nothing at this address. /docs lists every call.")),
  );
}

const allowed = (methods: readonly string[]): string =>
  [...new Set([...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"])].join(", ");

type AppContext<P extends object> = Context<{ Bindings: P }>;

function answer<P extends ReadRoutePorts>(context: AppContext<P>, response: Response): Response {
  return finished(response, context.req.raw, requestIdOf(context.req.raw.headers, context.env.random));
}

function answerFault<P extends ReadRoutePorts>(
  context: AppContext<P>,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const requestId = requestIdOf(context.req.raw.headers, context.env.random);
  const response = problemResponse(error, { requestId, path: context.req.path, log: context.env.log });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return finished(response, context.req.raw, requestId);
}
