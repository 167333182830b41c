import { Fault } from "../domain/fault.ts";
import { newId } from "../domain/id.ts";
import type { Principal } from "../identity/authenticate.ts";
import { isRole, isScope, scopesOf, type Role, type Scope } from "../identity/scope.ts";
import { hashToken, isWellFormed, makeToken, MAX_TOKEN_CHARACTERS } from "../identity/token.ts";
import type { Token } from "../store/instance.ts";
import { iso } from "./instants.ts";
import type { Caller, Ports } from "./ports.ts";

/** A project has at most this many tokens that still work. */
export const MAX_TOKENS = 500;
/** The shortest administrator's token; shorter ones can be guessed. */
export const MIN_ADMIN_TOKEN_CHARACTERS = 24;
const ADMIN_TOKEN_NAME = "admin";

export interface TokenRequest {
  readonly name: string;
  /** Scopes, and roles that stand for lists of them. */
  readonly scopes: readonly (Role | Scope)[];
  /** When it ends by itself, ms. */
  readonly expiresAt?: number | undefined;
  /** A token of the instance, not of the project. */
  readonly instance?: boolean | undefined;
}

/**
 * Make a token; `token` is in this answer and nowhere else. Nobody can give what they do not have: `forbidden` for scopes
 * beyond the creator's own.
 */
export async function createToken(
  ports: Pick<Ports, "store" | "now" | "random">,
  caller: Caller,
  creator: Principal,
  request: TokenRequest,
) {
  const words = request.scopes;
  const ofInstance = request.instance === true;
  if (ofInstance && request.name === ADMIN_TOKEN_NAME)
    throw new Fault(
      "conflict",
      `The name ${ADMIN_TOKEN_NAME} is kept for BERTH_ADMIN_TOKEN; choose another.`,
    );
  assertGrantable(creator, words, ofInstance);
  await assertRoom(ports, ofInstance ? undefined : caller.project.id);
  const secret = makeToken("api", ports.random);
  const now = ports.now();
  if (request.expiresAt !== undefined && request.expiresAt <= now)
    throw new Fault("invalid-body", "The token would have expired already.", {
      problems: [{ pointer: "/expiresAt", message: "say a time in the future, or leave it out" }],
    });
  const token: Token = {
    id: newId("tok", ports.random),
    hash: hashToken(secret),
    name: request.name,
    project: ofInstance ? undefined : caller.project.id,
    scopes: words,
    createdAt: now,
    expiresAt: request.expiresAt,
  };
  await ports.store.insertToken(token);
  return { ...tokenView(token), token: secret };
}

/** Tokens of the project, or of the instance; never a hash, never a secret. */
export async function listTokens(ports: Pick<Ports, "store">, project: string | undefined) {
  return (await ports.store.tokens(project)).map(tokenView);
}

/** Revoke a token: it is refused from the next call on, and streams it opened close. `not-found` for a stranger's. */
export async function revokeToken(
  ports: Pick<Ports, "store" | "now">,
  project: string | undefined,
  id: string,
): Promise<void> {
  if (!(await ports.store.revokeToken(project, id, ports.now())))
    throw new Fault("not-found", `There is no token ${id} here.`);
}

/**
 * Make `secret`, taken literally, the administrator's token of the instance, and revoke any former one. Safe to repeat at
 * each start. Throws for a secret that is too short, revoked, or could not be sent in a header.
 */
export async function ensureAdminToken(
  ports: Pick<Ports, "store" | "now" | "random">,
  secret: string,
): Promise<void> {
  assertUsableSecret(secret);
  const hash = hashToken(secret);
  const known = await ports.store.tokenByHash(hash);
  if (known?.revokedAt !== undefined)
    throw new Error("BERTH_ADMIN_TOKEN holds a token that was revoked; choose another");
  const now = ports.now();
  if (known === undefined)
    await ports.store.insertToken({
      id: newId("tok", ports.random),
      hash,
      name: ADMIN_TOKEN_NAME,
      project: undefined,
      scopes: ["admin"],
      createdAt: now,
    });
  for (const other of await ports.store.tokens(undefined))
    if (other.name === ADMIN_TOKEN_NAME && other.hash !== hash && other.revokedAt === undefined)
      await ports.store.revokeToken(undefined, other.id, now);
}

/** A new administrator's token when the instance has none that works, to be shown once; undefined otherwise. */
export async function firstAdminToken(
  ports: Pick<Ports, "store" | "now" | "random">,
): Promise<string | undefined> {
  const tokens = await ports.store.tokens(undefined);
  if (tokens.some((token) => token.name === ADMIN_TOKEN_NAME && token.revokedAt === undefined))
    return undefined;
  const secret = makeToken("api", ports.random);
  await ensureAdminToken(ports, secret);
  return secret;
}

function assertUsableSecret(secret: string): void {
  const { length } = secret;
  if (length < MIN_ADMIN_TOKEN_CHARACTERS || length > MAX_TOKEN_CHARACTERS || !/^[\x21-\x7e]+$/.test(secret))
    throw new Error(
      `BERTH_ADMIN_TOKEN needs ${MIN_ADMIN_TOKEN_CHARACTERS} to ${MAX_TOKEN_CHARACTERS} printable characters without spaces`,
    );
  if (!isWellFormed(secret))
    throw new Error("BERTH_ADMIN_TOKEN looks like a token of Berth's, but its checksum is wrong");
}

function assertGrantable(creator: Principal, words: readonly string[], ofInstance: boolean): void {
  if (ofInstance && !creator.scopes.has("instance:admin"))
    throw new Fault("forbidden", "Only an administrator of the instance makes tokens of the instance.");
  const unknown = words.filter((word) => !isRole(word) && !isScope(word));
  const reaching = words.filter((word) => isScope(word) && !scopesOf([word], ofInstance).has(word));
  const granted = scopesOf(words, ofInstance);
  const beyond = [...granted].filter((scope) => !creator.scopes.has(scope));
  if (unknown.length > 0 || reaching.length > 0)
    throw new Fault(
      "invalid-body",
      `A token of a project cannot have ${[...unknown, ...reaching].join(", ")}.`,
      {
        problems: [{ pointer: "/scopes", message: "leave these out, or make a token of the instance" }],
      },
    );
  if (beyond.length > 0)
    throw new Fault("forbidden", `You cannot give what your own token lacks: ${beyond.join(", ")}.`);
}

async function assertRoom(ports: Pick<Ports, "store" | "now">, project: string | undefined): Promise<void> {
  const now = ports.now();
  const tokens = await ports.store.tokens(project);
  const working = tokens.filter(
    (token) => token.revokedAt === undefined && (token.expiresAt ?? now + 1) > now,
  );
  if (working.length >= MAX_TOKENS)
    throw new Fault("conflict", `There are ${MAX_TOKENS} tokens already; revoke some first.`);
}

function tokenView(token: Token) {
  return {
    id: token.id,
    name: token.name,
    owner: token.project === undefined ? "instance" : "project",
    scopes: token.scopes,
    createdAt: iso(token.createdAt),
    expiresAt: iso(token.expiresAt),
    revokedAt: iso(token.revokedAt),
  };
}
