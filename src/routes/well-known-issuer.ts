import { Fault } from "../domain/fault.ts";
import { discoveryDocument, keySetDocument, type IssuerDocument } from "../identity/issuer/documents.ts";
import { NO_ISSUER } from "../identity/issuer/no-issuer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import type { ReadRoutePorts } from "./route-ports.ts";

const read = endpoint<ReadRoutePorts>();

/** Clouds and caches may keep the documents for an hour: a key is published a day before it signs. */
const CACHED = "public, max-age=3600";
/** Until the first key is there, s. */
const RETRY_SECONDS = 10;

/** What clouds read to trust Berth's own tokens. Public, and no more than a read of the store. */
export const wellKnownIssuerReads: readonly Endpoint<ReadRoutePorts>[] = [
  read({
    method: "GET",
    path: "/.well-known/openid-configuration",
    guard: "public",
    runs: "edge",
    tag: "meta",
    summary: "The token issuer, for clouds that trust it (OpenID Connect Discovery 1.0)",
    answers: {
      200: { description: "The issuer's address, keys' address and algorithm.", schema: "Document" },
    },
    handler: ({ ports }) => answer(discoveryDocument(issuerOf(ports))),
  }),
  read({
    method: "GET",
    path: "/.well-known/jwks.json",
    guard: "public",
    runs: "edge",
    tag: "meta",
    summary: "The token issuer's public keys (RFC 7517)",
    answers: { 200: { description: "A key set.", schema: "Document" } },
    handler: async ({ ports }) => {
      issuerOf(ports);
      const keys = await ports.store.issuerKeys();
      if (keys.length === 0)
        throw new Fault(
          "unavailable",
          "The token issuer has no key yet; the broker makes one when it starts.",
          {
            retryAfterSeconds: RETRY_SECONDS,
          },
        );
      return answer(keySetDocument(keys, ports.now()));
    },
  }),
];

function issuerOf({ issuer }: ReadRoutePorts): string {
  if (issuer === undefined) throw new Fault("not-found", NO_ISSUER);
  return issuer.url;
}

function answer({ mediaType, text }: IssuerDocument): Response {
  return new Response(text, { headers: { "content-type": mediaType, "cache-control": CACHED } });
}
