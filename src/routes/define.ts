import type { Caller } from "../broker/ports.ts";
import type { Principal } from "../identity/authenticate.ts";
import type { Scope } from "../identity/scope.ts";
import type { Agent } from "../store/instance.ts";
import type { AnswerName } from "./schemas/names.ts";
import { readParams, type ParamsOf } from "./params.ts";
import { readQuery, type QueryOf, type QuerySpec } from "./query.ts";

export type Method = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/**
 * Who may call: the bearer of a token with this scope; anyone; an agent that signs; or whoever holds a join token, which the
 * endpoint itself spends.
 */
export type Guard = Scope | "public" | "agent" | "join";

/** A caller as the pipeline proved it. */
export type Who =
  | { readonly kind: "token"; readonly principal: Principal; readonly caller: Caller }
  | { readonly kind: "agent"; readonly agent: Agent }
  | { readonly kind: "anyone" };

/** A request after the pipeline: proved, bounded, and not yet parsed. */
export interface RawCall<P> {
  readonly ports: P;
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly who: Who;
}

/** How a request's body becomes a value. `json-body.ts` makes one; the edge has none, so it carries no validator. */
export interface Body<B> {
  readonly parse: (bytes: Uint8Array, contentType: string | null) => B;
  readonly required: boolean;
  readonly mediaTypes: readonly string[];
  /** JSON Schema for the OpenAPI document. */
  readonly schema: () => Readonly<Record<string, unknown>>;
}

/** One way an endpoint answers. `schema` names an entry of `schemas/`; `stream` is a media type besides. */
export interface AnswerSpec {
  readonly description: string;
  readonly schema?: AnswerName;
  readonly mediaTypes?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

type WhoOf<G> = G extends Scope
  ? { readonly caller: Caller; readonly principal: Principal }
  : G extends "agent"
    ? { readonly agent: Agent }
    : unknown;

/** What a handler gets: everything parsed and typed. */
export type Call<P, G, Path extends string, Q, B> = WhoOf<G> & {
  readonly ports: P;
  readonly params: ParamsOf<Path>;
  readonly query: QueryOf<Q>;
  readonly body: B;
  readonly request: Request;
};

export interface Definition<P, G extends Guard, Path extends string, Q extends QuerySpec, B> {
  readonly method: Method;
  /** As in OpenAPI: `/v1/workloads/{name}`. */
  readonly path: Path;
  readonly guard: G;
  /** Which Worker answers; Node answers all. */
  readonly runs: "edge" | "control";
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** The call is about one environment, which must exist. */
  readonly inEnvironment?: boolean;
  readonly query?: Q;
  readonly body?: Body<B>;
  /** `If-Match` is understood; otherwise an unsafe call that carries one is refused rather than done without. */
  readonly matches?: "generation" | "version";
  /** The answer holds a secret that is shown once: it is never stored for a replay. */
  readonly secretAnswer?: boolean;
  /** The body holds a secret: no fingerprint of it is kept, for a short one could be found by trying. */
  readonly secretBody?: boolean;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  readonly handler: (call: Call<P, G, Path, Q, B>) => Promise<Response> | Response;
}

/** An endpoint whose types are folded away, so that endpoints of many shapes make one list. */
export interface Endpoint<P> extends Omit<
  Definition<P, Guard, string, QuerySpec, unknown>,
  "handler" | "body"
> {
  readonly body?: Body<unknown> | undefined;
  /** Parses what the handler asked for and calls it. Throws a `Fault` for what is wrong with the request. */
  readonly serve: (call: RawCall<P>) => Promise<Response>;
}

/** An endpoint as data: what it is called, who may, what it takes and gives, and what it does. */
export function endpoint<P>() {
  return <
    const G extends Guard,
    const Path extends string,
    const Q extends QuerySpec = Readonly<Record<string, never>>,
    B = undefined,
  >(
    definition: Definition<P, G, Path, Q, B>,
  ): Endpoint<P> => {
    const { handler, ...data } = definition;
    return { ...data, serve: async (call) => handler(typed(definition, call)) };
  };
}

function typed<P, G extends Guard, Path extends string, Q extends QuerySpec, B>(
  definition: Definition<P, G, Path, Q, B>,
  call: RawCall<P>,
): Call<P, G, Path, Q, B> {
  const { who, ...rest } = call;
  const params = readParams(definition.path, rest.params);
  const query = readQuery(definition.query ?? {}, rest.url.searchParams);
  const body = definition.body?.parse(rest.body, rest.request.headers.get("content-type"));
  const { kind: _kind, ...proved } = who;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pipeline proved the caller by this very guard
  return { ...proved, ports: rest.ports, params, query, body, request: rest.request } as Call<
    P,
    G,
    Path,
    Q,
    B
  >;
}
