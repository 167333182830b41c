import type { GatewayFeatures } from "../domain/feature.ts";
import type { Endpoint } from "../domain/observation.ts";
import type { Header } from "../domain/upstream.ts";
import type { Route } from "../store/store.ts";
import { pathAddress, requestAddress } from "./address.ts";
import type { RequestAddress } from "./address.ts";
import { ROUTE_KEY_HEADER, headersRefusal, requestHeaders, upgradeOf, valuesOf } from "./headers.ts";
import type { ForwardFacts } from "./headers.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { decideRoute, maxBodyBytes } from "./route.ts";
import type { Decision, Try } from "./route.ts";
import type { Shunned } from "./shunned.ts";
import { RoutesUnavailable } from "./snapshots.ts";
import type { Lookup } from "./snapshots.ts";
import type { Traffic } from "./traffic.ts";
import { cookieValue, stickyCookieName, stickySetCookie, stickyValue } from "./sticky.ts";

/** What every runtime's gateway is made from. */
export interface GatewayPorts {
  readonly lookup: Lookup;
  readonly features: GatewayFeatures;
  /** A number in [0, 1) for each request. */
  readonly draw: () => number;
  readonly newRequestId: () => string;
  readonly shunned: Shunned;
  /** Whether `/{project}/{environment}/{workload}/...` is served where no host matches. */
  readonly pathRouting: boolean;
  /** The wildcard domain, for the sentence of a 404. */
  readonly domain?: string | undefined;
  /** Whether this key opens a private route; without it every private route is refused. */
  readonly acceptsKey?: ((route: Route, key: string) => Promise<boolean>) | undefined;
  /** True when an operator's own proxy stands in front, so that its X-Forwarded headers are kept. */
  readonly trustForwarded?: boolean | undefined;
  readonly log: (sentence: string) => void;
  /** Counts what was carried, for prices that follow real traffic; absent: nothing is counted. */
  readonly traffic?: Traffic | undefined;
  readonly now: () => number;
}

/** A request as it arrived. */
export interface Arrival {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly clientAddress: string | undefined;
  readonly proto: "http" | "https";
  readonly requestId: string;
}

/** A request that may go on: where to, in which order, and how it looks there. */
export interface Admitted {
  readonly refused: false;
  readonly route: Route;
  readonly decision: Decision;
  readonly target: string;
  readonly maxBodyBytes: number;
  readonly upgrade: string | undefined;
  readonly headersFor: (endpoint: Endpoint) => readonly Header[];
  /** The Set-Cookie that keeps the client with the try that answered; undefined when it has it or the route is not sticky. */
  readonly stickyCookie: (served: Try) => string | undefined;
}

/** Everything that is decided of a request before a byte of it is sent on. */
export async function admit(arrival: Arrival, ports: GatewayPorts): Promise<Admitted | Refusal> {
  const { method, headers } = arrival;
  if (method === "CONNECT" || method === "TRACE") {
    return refuse("method-not-allowed", `${method} does not pass this gateway: use another method`);
  }
  const broken = headersRefusal(headers);
  if (broken !== undefined) return broken;
  const address = requestAddress(method, arrival.target, valuesOf(headers, "host"));
  if (address.refused) return address;
  const found = await findRoute(address, ports);
  if (found.refused) return found;
  return admitTo(found, address, arrival, ports);
}

interface Found {
  readonly refused: false;
  readonly route: Route | undefined;
  readonly asked: string;
  readonly target: string;
  readonly prefix: string | undefined;
}

/** A host that a route claims wins; else the path names the workload. */
async function findRoute({ host, target }: RequestAddress, ports: GatewayPorts): Promise<Found | Refusal> {
  try {
    const byHost = await ports.lookup.byHost(host);
    const found: Found = {
      refused: false,
      route: byHost,
      asked: askedHost(host, ports.domain),
      target,
      prefix: undefined,
    };
    if (byHost !== undefined || !ports.pathRouting) return found;
    const path = pathAddress(target);
    if (path === undefined)
      return { ...found, asked: `${host}, nor does the path name /project/environment/workload/` };
    if (path.refused) return path;
    const route = await ports.lookup.byName(path.project, path.environment, path.workload);
    return { refused: false, route, asked: path.prefix, target: path.target, prefix: path.prefix };
  } catch (error) {
    if (!(error instanceof RoutesUnavailable)) throw error;
    return refuse(
      "routes-unavailable",
      "the gateway cannot read its routes and has no copy of this one: try again",
      RETRY_SECONDS,
    );
  }
}

const RETRY_SECONDS = 2;

function askedHost(host: string, domain: string | undefined): string {
  return domain === undefined || host.endsWith(`.${domain}`) ? host : `${host}, which is not under ${domain}`;
}

async function admitTo(
  { route, asked, target, prefix }: Found,
  { authority }: RequestAddress,
  arrival: Arrival,
  ports: GatewayPorts,
): Promise<Admitted | Refusal> {
  const { headers } = arrival;
  const upgrade = upgradeOf(headers);
  const cookie =
    route?.sticky === true
      ? cookieValue(valuesOf(headers, "cookie").join(";"), stickyCookieName(route))
      : undefined;
  const [length] = valuesOf(headers, "content-length");
  const decision = decideRoute(route, ports.draw(), ports.features, {
    asked,
    contentLength: length === undefined ? undefined : Number(length),
    upgrade: upgrade !== undefined,
    keyAccepted: route?.access === "private" && (await keyAccepted(route, headers, ports)),
    sticky: cookie,
    shunned: ports.shunned.current(),
  });
  if (decision.refused) return decision;
  if (route === undefined) return refuse("no-such-route", `nothing is served at ${asked}`);
  const facts: Omit<ForwardFacts, "host"> = {
    ...arrival,
    authority,
    prefix,
    upgrade,
    trustForwarded: ports.trustForwarded === true,
  };
  return {
    refused: false,
    route,
    decision,
    target,
    maxBodyBytes: maxBodyBytes(route, ports.features),
    upgrade,
    headersFor: (endpoint) => requestHeaders(headers, { ...facts, host: hostFor(endpoint, authority) }),
    stickyCookie: ({ unit, endpoint }) => {
      const value = stickyValue(unit, endpoint.replica);
      return route.sticky && value !== cookie ? stickySetCookie(route, value) : undefined;
    },
  };
}

/** A provider's own front serves many behind one address and knows ours by its own name only. */
function hostFor(endpoint: Endpoint, authority: string): string {
  return endpoint.transport === "tls" ? new URL(endpoint.url).host : authority;
}

async function keyAccepted(route: Route, headers: readonly Header[], ports: GatewayPorts): Promise<boolean> {
  const [key] = valuesOf(headers, ROUTE_KEY_HEADER);
  if (key === undefined || ports.acceptsKey === undefined) return false;
  return ports.acceptsKey(route, key);
}
