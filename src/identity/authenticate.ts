import { Fault } from "../domain/fault.ts";
import type { InstanceStore, Token } from "../store/instance.ts";
import { scopesOf, type Scope } from "./scope.ts";
import { hashToken, isWellFormed, sameHash } from "./token.ts";

/** Who calls, as proved by a token. */
export interface Principal {
  readonly tokenId: string;
  readonly name: string;
  /** Undefined for a token of the instance. */
  readonly project: string | undefined;
  readonly scopes: ReadonlySet<Scope>;
  /** When the token ends, ms; a stream that it opened ends then too. */
  readonly expiresAt: number | undefined;
}

export interface AuthenticationPorts {
  readonly store: Pick<InstanceStore, "tokenByHash">;
  readonly now: () => number;
}

/** The bearer token of an `Authorization` header. Throws `unauthenticated` when there is none. */
export function bearerOf(header: string | null): string {
  const match = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? "");
  if (match?.[1] === undefined)
    throw new Fault(
      "unauthenticated",
      "Send a token: `Authorization: Bearer <token>`. `berth token create` makes one.",
    );
  return match[1];
}

/** The principal of a bearer token. Throws `invalid-token` for one that is unknown, mistyped, expired or revoked. */
export async function authenticate(ports: AuthenticationPorts, bearer: string): Promise<Principal> {
  // The checksum comes before any read: most wrong tokens are mistyped ones, and cost the database nothing.
  if (!isWellFormed(bearer))
    throw refused("The token is damaged: its checksum does not fit. Copy it again, whole.");
  const hash = hashToken(bearer);
  const token = await ports.store.tokenByHash(hash);
  if (token === undefined || !sameHash(token.hash, hash)) throw refused("The token is not known here.");
  assertLive(token, ports.now());
  return {
    tokenId: token.id,
    name: token.name,
    project: token.project,
    scopes: scopesOf(token.scopes, token.project === undefined),
    expiresAt: token.expiresAt,
  };
}

function assertLive(token: Token, now: number): void {
  if (token.revokedAt !== undefined) throw refused(`The token ${token.name} was revoked.`);
  if (token.expiresAt !== undefined && token.expiresAt <= now)
    throw refused(`The token ${token.name} has expired.`);
}

const refused = (sentence: string): Fault => new Fault("invalid-token", sentence);
