import { expect, test } from "vitest";
import { authenticate, bearerOf } from "../../src/identity/authenticate.ts";
import { hashToken, makeToken } from "../../src/identity/token.ts";
import type { Token } from "../../src/store/instance.ts";

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const NOW = 1_000_000;

/** A store that knows these tokens and counts how often it was asked. */
function tokens(...known: readonly Token[]) {
  const asked: string[] = [];
  const tokenByHash = async (hash: string) => {
    asked.push(hash);
    return known.find((token) => token.hash === hash);
  };
  return { ports: { store: { tokenByHash }, now: () => NOW }, asked };
}

function token(secret: string, changes: Partial<Token> = {}): Token {
  return {
    id: "tok_1",
    hash: hashToken(secret),
    name: "ci",
    project: "p",
    scopes: ["reader"],
    createdAt: 0,
    ...changes,
  };
}

test("a known token names who calls, in which project, with which scopes", async () => {
  const secret = makeToken("api", random);
  const principal = await authenticate(tokens(token(secret)).ports, secret);
  expect(principal).toMatchObject({ tokenId: "tok_1", name: "ci", project: "p" });
  expect(principal.scopes.has("workloads:read")).toBe(true);
});

test("a damaged token is refused before the database is asked", async () => {
  const secret = makeToken("api", random);
  const { ports, asked } = tokens(token(secret));
  const damaged = `${secret.slice(0, -1)}${secret.endsWith("0") ? "1" : "0"}`;
  await expect(authenticate(ports, damaged)).rejects.toMatchObject({ code: "invalid-token" });
  expect(asked).toEqual([]);
});

test.each([
  ["unknown", undefined],
  ["revoked", { revokedAt: NOW - 1 }],
  ["expired this very moment", { expiresAt: NOW }],
] as const)("a token that is %s is refused", async (_, changes) => {
  const secret = makeToken("api", random);
  const { ports } = changes === undefined ? tokens() : tokens(token(secret, changes));
  await expect(authenticate(ports, secret)).rejects.toMatchObject({ code: "invalid-token" });
});

test("a row whose hash is not the token's is not believed, whatever the database found", async () => {
  const secret = makeToken("api", random);
  const store = { tokenByHash: async () => token("another") };
  await expect(authenticate({ store, now: () => NOW }, secret)).rejects.toMatchObject({
    code: "invalid-token",
  });
});

test.each([null, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a b", "Bearer tök"])(
  "%j carries no bearer token",
  (header) => {
    expect(() => bearerOf(header)).toThrow(expect.objectContaining({ code: "unauthenticated" }));
  },
);

test("the scheme is read in any case", () => {
  expect(bearerOf("bearer abc")).toBe("abc");
});
