import type { Header } from "../domain/upstream.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { BERTH_COOKIE_PREFIX } from "./sticky.ts";

export const MAX_HEADERS = 128;
/** Names and values together; Node's own parser refuses more at the same place. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** A request that passed this many gateways of ours goes in a circle. */
export const MAX_HOPS = 4;
/** Where a client puts the key of a private route; never forwarded. */
export const ROUTE_KEY_HEADER = "berth-route-key";

/**
 * Where the gateway shows its own identity to an endpoint that asks for one: Cloud Run checks it instead of Authorization, which stays the
 * caller's (cloud.google.com/run/docs/authenticating/service-to-service). What a client sends under this name never gets anywhere.
 */
export const IDENTITY_HEADER = "x-serverless-authorization";

/** Of one connection only (RFC 9110, 7.6.1), with those that older clients treat so. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** What no Connection header may take away: without them a message means something else. */
const KEPT: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "content-type",
  "authorization",
  "cookie",
]);
/** Said by us about the client; what a client says of itself is not believed. */
const OURS: ReadonlySet<string> = new Set([
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-real-ip",
  "x-request-id",
  "expect",
  ROUTE_KEY_HEADER,
  IDENTITY_HEADER,
]);

/** What the gateway knows of a request beyond its headers. */
export interface ForwardFacts {
  /** Host header for the container. */
  readonly host: string;
  /** Host and port as the client wrote them. */
  readonly authority: string;
  readonly proto: "http" | "https";
  readonly clientAddress: string | undefined;
  readonly prefix: string | undefined;
  readonly requestId: string;
  /** The protocol to switch to, when the request asks for one. */
  readonly upgrade: string | undefined;
  /** Whether a proxy in front of this gateway is the operator's own, so that what it says is kept. */
  readonly trustForwarded: boolean;
}

/** The headers a container gets: end-to-end ones as sent, and what we know of the client. */
export function requestHeaders(incoming: readonly Header[], facts: ForwardFacts): readonly Header[] {
  const said = (name: string) => (facts.trustForwarded ? valuesOf(incoming, name).join(", ") : "");
  const headers = endToEnd(incoming)
    .filter(([name]) => !OURS.has(name.toLowerCase()) && !["host", "via"].includes(name.toLowerCase()))
    .flatMap(withoutOurCookies);
  const forwardedFor = [said("x-forwarded-for"), facts.clientAddress ?? ""]
    .filter((part) => part !== "")
    .join(", ");
  const added: Header[] = [
    ["X-Forwarded-Host", said("x-forwarded-host") || facts.authority],
    ["X-Forwarded-Proto", said("x-forwarded-proto") || facts.proto],
    ["X-Request-Id", facts.requestId],
    ["Via", [...valuesOf(incoming, "via"), VIA].join(", ")],
  ];
  if (forwardedFor !== "") added.push(["X-Forwarded-For", forwardedFor]);
  if (facts.prefix !== undefined) added.push(["X-Forwarded-Prefix", facts.prefix]);
  if (facts.upgrade !== undefined) added.push(["Connection", "Upgrade"], ["Upgrade", facts.upgrade]);
  return [["Host", facts.host], ...headers, ...added];
}

/** The headers a client gets: end-to-end ones as the container sent them, except those that speak for us. */
export function responseHeaders(upstream: readonly Header[], requestId: string): readonly Header[] {
  const kept = endToEnd(upstream).filter(([name, value]) => {
    const lower = name.toLowerCase();
    // An alternative service would lead clients around the gateway, to a place that moves.
    if (lower === "alt-svc" || lower === "x-request-id" || lower === "via") return false;
    return lower !== "set-cookie" || !value.trimStart().startsWith(BERTH_COOKIE_PREFIX);
  });
  return [...kept, ["Via", [...valuesOf(upstream, "via"), VIA].join(", ")], ["X-Request-Id", requestId]];
}

/** What is wrong with the headers of a request before anything is decided, if anything is. */
export function headersRefusal(incoming: readonly Header[]): Refusal | undefined {
  const bytes = incoming.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (incoming.length > MAX_HEADERS || bytes > MAX_HEADER_BYTES) {
    return refuse(
      "headers-too-large",
      `a request has at most ${MAX_HEADERS} headers of ${MAX_HEADER_BYTES} bytes in all: send fewer`,
    );
  }
  const lengths = valuesOf(incoming, "content-length");
  const framedTwice = lengths.length > 0 && valuesOf(incoming, "transfer-encoding").length > 0;
  if (lengths.length > 1 || framedTwice || lengths.some((length) => !/^\d{1,15}$/.test(length))) {
    return refuse(
      "bad-request",
      "the length of the body is said twice or is no number: send one Content-Length or chunks",
    );
  }
  const hops = valuesOf(incoming, "via")
    .join(",")
    .split(",")
    .filter((hop) => hop.trim() === VIA).length;
  if (hops >= MAX_HOPS)
    return refuse("loop-detected", "the request has passed this gateway before: a route leads back to it");
  return undefined;
}

/** The client's request id when it is one, else a new one. */
export function requestIdOf(incoming: readonly Header[], make: () => string): string {
  const [sent, ...more] = valuesOf(incoming, "x-request-id");
  return sent !== undefined && more.length === 0 && SANE_ID.test(sent) ? sent : make();
}

/** Every value of a header, in order. */
export function valuesOf(headers: readonly Header[], name: string): readonly string[] {
  return headers.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value);
}

/** The protocol a request asks to switch to; h2c is none of them, for it would carry requests past these rules. */
export function upgradeOf(headers: readonly Header[]): string | undefined {
  const asks = listed(headers, "connection").includes("upgrade");
  const [protocol, ...more] = valuesOf(headers, "upgrade");
  const hasBody = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  if (!asks || protocol === undefined || more.length > 0 || hasBody) return undefined;
  return /^[A-Za-z0-9.\-/]{1,40}$/.test(protocol) && !/^h2c/i.test(protocol) ? protocol : undefined;
}

/** The headers that go on to the other end: none of one connection only, nor those its Connection header names. */
export function endToEnd(headers: readonly Header[]): readonly Header[] {
  const named = new Set(listed(headers, "connection").filter((name) => !KEPT.has(name)));
  return headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.has(name.toLowerCase()));
}

function withoutOurCookies([name, value]: Header): readonly Header[] {
  if (name.toLowerCase() !== "cookie") return [[name, value]];
  const cookies = value.split(";").filter((cookie) => !cookie.trimStart().startsWith(BERTH_COOKIE_PREFIX));
  const left = cookies.map((cookie) => cookie.trim()).filter((cookie) => cookie !== "");
  return left.length === 0 ? [] : [[name, left.join("; ")]];
}

function listed(headers: readonly Header[], name: string): readonly string[] {
  return valuesOf(headers, name).flatMap((value) =>
    value.split(",").map((part) => part.trim().toLowerCase()),
  );
}

const VIA = "1.1 berth";
const SANE_ID = /^[A-Za-z0-9._~+/=:-]{1,128}$/;
