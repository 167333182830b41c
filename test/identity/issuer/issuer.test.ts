import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdapterError } from "../../../src/domain/fault.ts";
import { discoveryDocument, keySetDocument } from "../../../src/identity/issuer/documents.ts";
import { createIssuer } from "../../../src/identity/issuer/issuer.ts";
import { noIssuer } from "../../../src/identity/issuer/no-issuer.ts";
import { SIGNS_FOR_MS, TOKEN_LIFE_MS } from "../../../src/identity/issuer/schedule.ts";
import { noSealer, type Sealer } from "../../../src/identity/seal.ts";
import type { Store } from "../../../src/store/store.ts";
import { openTemporaryStore } from "../../routes/temporary-store.ts";
import type { OpenStore } from "../../store/contract.ts";
import { testSealer } from "../test-sealer.ts";

const URL = "https://berth.example";
const TARGET = { id: "tgt_aaaaaaaaaaaaaaaaaaaa", project: "prj_bbbbbbbbbbbbbbbbbbbb" };
const AUDIENCE = "sts.amazonaws.com";
const START = Date.UTC(2026, 10, 23);

let opened: OpenStore;
const clock = { now: START };
beforeEach(async () => {
  opened = await openTemporaryStore();
  clock.now = START;
});
afterEach(async () => opened.close());

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const issuerOver = (sealer: Sealer = testSealer(), store: Store = opened.store) =>
  createIssuer(URL, { store, sealer, now: () => clock.now, random });

/** The key set as it is served now. */
async function served(): Promise<JSONWebKeySet> {
  return JSON.parse(keySetDocument(await opened.store.issuerKeys(), clock.now).text);
}

const verify = async (token: string, keys: JSONWebKeySet, at = clock.now) =>
  jwtVerify(token, createLocalJWKSet(keys), {
    issuer: URL,
    audience: AUDIENCE,
    algorithms: ["RS256"],
    currentDate: new Date(at),
  });

describe("a token", () => {
  test("verifies with the served key set, and says who, for whom and for how long: at most ten minutes", async () => {
    const token = await issuerOver().assertion(TARGET, AUDIENCE);
    const { payload, protectedHeader } = await verify(token, await served());
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: expect.any(String) });
    expect(payload).toEqual({
      iss: URL,
      sub: `berth:${TARGET.project}:${TARGET.id}`,
      aud: AUDIENCE,
      iat: START / 1_000,
      nbf: START / 1_000,
      exp: (START + TOKEN_LIFE_MS) / 1_000,
      jti: expect.stringMatching(/^jti_[a-z2-7]{20}$/),
    });
    expect(TOKEN_LIFE_MS).toBeLessThanOrEqual(600_000);
    await expect(verify(token, await served(), START + TOKEN_LIFE_MS)).rejects.toThrow("exp");
  });

  test("of an instance's target names the instance, and no two tokens have one id", async () => {
    const issuer = issuerOver();
    const target = { id: TARGET.id, project: undefined };
    const tokens = await Promise.all([1, 2].map(() => issuer.assertion(target, AUDIENCE)));
    const claims = await Promise.all(
      tokens.map(async (token) => (await verify(token, await served())).payload),
    );
    expect(claims.map(({ sub }) => sub)).toEqual(Array(2).fill(`berth:instance:${TARGET.id}`));
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2);
  });

  test("speaks for no subject longer than 127 bytes", async () => {
    const long = { id: "x".repeat(100), project: "y".repeat(40) };
    await expect(issuerOver().assertion(long, AUDIENCE)).rejects.toThrow("127 bytes");
  });

  test("of each of three keys verifies until its end with the set as it was a day before and as it is then", async () => {
    const issuer = issuerOver();
    await issuer.ensureKeys();
    const kids = new Set<string | undefined>();
    for (const signedAt of [
      START + SIGNS_FOR_MS - 1,
      START + SIGNS_FOR_MS + 1,
      START + 2 * SIGNS_FOR_MS + 1,
    ]) {
      clock.now = signedAt - 24 * 3_600_000;
      await issuer.ensureKeys();
      const dayBefore = await served();
      clock.now = signedAt;
      const token = await issuer.assertion(TARGET, AUDIENCE);
      kids.add(decodeProtectedHeader(token).kid);
      clock.now = signedAt + TOKEN_LIFE_MS - 1_000;
      await verify(token, dayBefore);
      await verify(token, await served());
    }
    expect(kids.size).toBe(3);
    expect((await opened.store.issuerKeys()).map(({ number }) => number)).not.toContain(1);
  });
});

describe("the keys", () => {
  test("two processes that start together agree on them", async () => {
    const [one, two] = [issuerOver(), issuerOver(testSealer(), opened.second)];
    const [a, b] = await Promise.all([one.ensureKeys(), two.ensureKeys()]);
    expect(a.map(({ id }) => id)).toEqual(b.map(({ id }) => id));
    const tokens = await Promise.all([one.assertion(TARGET, AUDIENCE), two.assertion(TARGET, AUDIENCE)]);
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size).toBe(1);
    expect(await opened.store.issuerKeys()).toHaveLength(2);
  });

  test("are 2048 bits of RSA, and their private parts are nowhere in the database but sealed", async () => {
    await issuerOver().ensureKeys();
    const { keys } = await served();
    for (const { n = "", e, alg, use, kty, ...rest } of keys) {
      expect(Buffer.from(n, "base64url")).toHaveLength(2_048 / 8);
      expect({ e, alg, use, kty }).toEqual({ e: "AQAB", alg: "RS256", use: "sig", kty: "RSA" });
      expect(Object.keys(rest)).toEqual(["kid"]);
    }
    const dump = JSON.stringify(await opened.dump());
    expect(dump).not.toContain("PRIVATE KEY");
    expect(dump).toContain("berth-seal-1.k1.");
  });

  test("go under the new sealing key when there is one, and the same key goes on signing", async () => {
    const before = await issuerOver(testSealer("old")).assertion(TARGET, AUDIENCE);
    const after = await issuerOver(testSealer("new", "old")).assertion(TARGET, AUDIENCE);
    expect(decodeProtectedHeader(after)).toEqual(decodeProtectedHeader(before));
    for (const { sealed } of await opened.store.issuerKeys()) expect(sealed).toContain(".new.");
    await verify(await issuerOver(testSealer("new")).assertion(TARGET, AUDIENCE), await served());
  });

  test("that are replaced count no more: the new one signs at once, in every process", async () => {
    const [one, two] = [issuerOver(), issuerOver(testSealer(), opened.second)];
    const before = await one.assertion(TARGET, AUDIENCE);
    await two.replaceKeys();
    await expect(verify(before, await served())).rejects.toThrow("no applicable key");
    await verify(await one.assertion(TARGET, AUDIENCE), await served());
    expect((await opened.store.issuerKeys()).map(({ number }) => number)).toEqual([3, 4]);
  });

  test("that nobody can open any more are replaced, too", async () => {
    await issuerOver(testSealer("lost")).ensureKeys();
    const issuer = issuerOver(testSealer("new"));
    await expect(issuer.assertion(TARGET, AUDIENCE)).rejects.toThrow("Sealing key lost is not configured");
    await issuer.replaceKeys();
    await verify(await issuer.assertion(TARGET, AUDIENCE), await served());
  });

  test("whose public part was exchanged sign nothing", async () => {
    const [first] = await issuerOver().ensureKeys();
    if (first === undefined) throw new Error("no key was made");
    const [other] = await createIssuer(URL, {
      store: { ...opened.store, issuerKeys: async () => [{ ...first, publicKey: { n: "AQAB", e: "AQAB" } }] },
      sealer: testSealer(),
      now: () => clock.now,
      random,
    })
      .assertion(TARGET, AUDIENCE)
      .then(
        () => [],
        (error: unknown) => [error],
      );
    expect(other).toBeInstanceOf(AdapterError);
    expect(String(other)).toContain("was changed");
  });
});

describe("without what it needs", () => {
  test("an instance without an issuer says what to set, as a kind that waits for a person", async () => {
    const error: unknown = await noIssuer().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "denied", message: expect.stringContaining("BERTH_ISSUER_URL") });
  });

  test("an instance that cannot seal makes no key, and says why in words", async () => {
    const issuer = issuerOver(noSealer("Set BERTH_SEALING_KEYS."));
    await expect(issuer.assertion(TARGET, AUDIENCE)).rejects.toThrow("Set BERTH_SEALING_KEYS.");
    await expect(issuer.assertion(TARGET, AUDIENCE)).rejects.toMatchObject({ kind: "unavailable" });
    expect(await opened.store.issuerKeys()).toEqual([]);
  });
});

test("discovery names the issuer, where its keys are and its one algorithm", () => {
  expect(JSON.parse(discoveryDocument(URL).text)).toEqual({
    issuer: URL,
    jwks_uri: `${URL}/.well-known/jwks.json`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"],
  });
});
