import type { IssuerKey } from "../../store/store.ts";
import { publishedAt } from "./schedule.ts";

/** The one algorithm of the issuer's tokens: all three clouds take it. */
export const ALGORITHM = "RS256";
/** Where the documents are, below the issuer's URL (OpenID Connect Discovery 1.0, section 4). */
export const DISCOVERY_PATH = "/.well-known/openid-configuration";
export const KEYS_PATH = "/.well-known/jwks.json";

/** A document that clouds read, exactly as it is served. */
export interface IssuerDocument {
  readonly path: string;
  readonly mediaType: string;
  readonly text: string;
}

/** What an issuer says of itself: only what OpenID Connect Discovery 1.0, section 3, asks of one that has no people to log in. */
export function discoveryDocument(issuerUrl: string): IssuerDocument {
  const document = {
    issuer: issuerUrl,
    jwks_uri: `${issuerUrl}${KEYS_PATH}`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [ALGORITHM],
    claims_supported: ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"],
  };
  return { path: DISCOVERY_PATH, mediaType: "application/json", text: JSON.stringify(document) };
}

/** The key set (RFC 7517) as it is published now. */
export function keySetDocument(keys: readonly IssuerKey[], now: number): IssuerDocument {
  const published = publishedAt(keys, now).map(({ id, publicKey: { n, e } }) => ({
    kty: "RSA",
    use: "sig",
    alg: ALGORITHM,
    kid: id,
    n,
    e,
  }));
  // RFC 7517 has a type of its own, but buckets and some clouds know JSON only.
  return { path: KEYS_PATH, mediaType: "application/json", text: JSON.stringify({ keys: published }) };
}
