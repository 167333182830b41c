import type { GatewayFeatures } from "../domain/feature.ts";
import type { Endpoint } from "../domain/observation.ts";
import type { Route, Upstream } from "../store/store.ts";
import { hostKind } from "./host-kind.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { stickyValue } from "./sticky.ts";

/** What a decision may know of a request. */
export interface RequestFacts {
  /** What was asked for, for the sentence of a 404: a host or a path. */
  readonly asked: string;
  /** Declared length of the body; undefined when it is not declared. */
  readonly contentLength: number | undefined;
  readonly upgrade: boolean;
  /** Whether a route key was given and is right. */
  readonly keyAccepted: boolean;
  /** The client's own replica, from its cookie. */
  readonly sticky: string | undefined;
  /** URLs of endpoints that lately took no connection: they are tried last. */
  readonly shunned: ReadonlySet<string>;
}

/** One endpoint to try, and the unit it belongs to. */
export interface Try {
  readonly unit: string;
  readonly endpoint: Endpoint;
}

/** Endpoints in the order to try them; the next only when the one before took no connection. */
export interface Decision {
  readonly refused: false;
  readonly tries: readonly Try[];
  readonly because: string;
}

const NOT_READY_RETRY_SECONDS = 2;
const MIB = 1024 * 1024;

/** Where a request goes, or why it goes nowhere. `draw` is in [0, 1); the same input gives the same answer. */
export function decideRoute(
  route: Route | undefined,
  draw: number,
  features: GatewayFeatures,
  facts: RequestFacts,
): Decision | Refusal {
  if (route === undefined) {
    return refuse(
      "no-such-route",
      `nothing is served at ${facts.asked}: deploy a workload with a route, or check the name`,
    );
  }
  return refusalOf(route, features, facts) ?? choose(route, draw, features, facts);
}

function refusalOf(route: Route, features: GatewayFeatures, facts: RequestFacts): Refusal | undefined {
  if (route.protocol !== "http1" && features.grpc !== true) return refuse("not-carried", features.grpc);
  if (facts.upgrade && features.websocket !== true) return refuse("not-carried", features.websocket);
  if (route.access === "private" && !facts.keyAccepted) {
    return refuse(
      "key-required",
      `${route.workload} is private: call it with its route key, or set route.access to public`,
    );
  }
  if ((facts.contentLength ?? 0) > maxBodyBytes(route, features)) {
    const mib = maxBodyBytes(route, features) / MIB;
    return refuse(
      "body-too-large",
      `${route.workload} takes bodies of ${mib} MiB at most: raise route.maxBodyMiB`,
    );
  }
  return undefined;
}

/** The most bytes a request's body may have on this route. */
export function maxBodyBytes(route: Route, features: GatewayFeatures): number {
  return Math.min(route.maxBodyMiB, features.maxBodyMiB) * MIB;
}

function choose(
  route: Route,
  draw: number,
  features: GatewayFeatures,
  facts: RequestFacts,
): Decision | Refusal {
  const upstreams = route.upstreams
    .map((upstream) => ({ ...upstream, endpoints: upstream.endpoints.filter(({ ready }) => ready) }))
    .filter(({ endpoints }) => endpoints.length > 0);
  const reachable = upstreams.map((upstream) => ({
    ...upstream,
    endpoints: upstream.endpoints.filter((endpoint) => carries(endpoint, features) === true),
  }));
  const weighted = reachable.filter(({ weight, endpoints }) => weight > 0 && endpoints.length > 0);
  if (weighted.length === 0) return nowhere(route, upstreams, features);
  const { first, fraction } = draws(weighted, draw);
  const order = [first, ...byWeight(reachable.filter(({ unit }) => unit !== first.unit))];
  const tries = order.flatMap(({ unit, weight, endpoints }) =>
    rotated(endpoints, fraction).map((endpoint) => ({ unit, endpoint, weight })),
  );
  const own = tries.find(
    ({ unit, endpoint, weight }) => weight > 0 && facts.sticky === stickyValue(unit, endpoint.replica),
  );
  const rank = (one: (typeof tries)[number]) =>
    one === own ? 0 : one.weight > 0 ? (facts.shunned.has(one.endpoint.url) ? 2 : 1) : 3;
  const sorted = tries
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ unit, endpoint }) => ({ unit, endpoint }));
  const because = own === undefined ? `${first.unit} by weight ${first.weight}` : `${own.unit} by its cookie`;
  return { refused: false, tries: sorted, because };
}

/** `true`, or why this runtime cannot reach an endpoint. */
function carries(endpoint: Endpoint, features: GatewayFeatures): true | string {
  if (endpoint.transport === "line") return true;
  if (!URL.canParse(endpoint.url)) return `${endpoint.url} is no URL`;
  const { isIp, isPrivate } = hostKind(new URL(endpoint.url).hostname);
  if (isIp && features.rawIp !== true) return features.rawIp;
  return isPrivate ? features.privateAddress : true;
}

function nowhere(route: Route, upstreams: readonly Upstream[], features: GatewayFeatures): Refusal {
  const weighted = upstreams.filter(({ weight }) => weight > 0).flatMap(({ endpoints }) => endpoints);
  const objection = weighted.map((endpoint) => carries(endpoint, features)).find((answer) => answer !== true);
  if (objection !== undefined) return refuse("not-carried", objection);
  const detail = `no container of ${route.workload} is ready: berth status ${route.workload} says what each of them does`;
  return refuse("no-ready-upstream", detail, NOT_READY_RETRY_SECONDS);
}

/** The unit this draw falls on; what is left of the draw spreads requests over that unit's endpoints. */
function draws(
  weighted: readonly Upstream[],
  draw: number,
): { readonly first: Upstream; readonly fraction: number } {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let left = draw * total;
  for (const upstream of weighted) {
    if (left < upstream.weight) return { first: upstream, fraction: left / upstream.weight };
    left -= upstream.weight;
  }
  const last = weighted.at(-1);
  if (last === undefined) throw new RangeError("a draw needs something to fall on");
  return { first: last, fraction: 0 };
}

const byWeight = (upstreams: readonly Upstream[]) => upstreams.toSorted((a, b) => b.weight - a.weight);

function rotated<T>(items: readonly T[], fraction: number): readonly T[] {
  const at = Math.min(Math.floor(fraction * items.length), items.length - 1);
  return [...items.slice(at), ...items.slice(0, at)];
}
