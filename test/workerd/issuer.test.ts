import { createLocalJWKSet, jwtVerify } from "jose";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { d1Store } from "../../src/store/d1.ts";
import { createIssuer } from "../../src/identity/issuer/issuer.ts";
import { testSealer } from "../identity/test-sealer.ts";
import { edgeWith, makeTables } from "./installation.ts";

const URL = "https://issuer.test";
const up = edgeWith("up", { BERTH_ISSUER_URL: URL });
const down = edgeWith("down", { BERTH_ISSUER_URL: URL });

beforeAll(makeTables);

test("with the control Worker down, the edge serves the issuer's documents, and what it serves verifies its tokens", async () => {
  expect((await down.call("/.well-known/jwks.json")).status).toBe(503);
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const store = d1Store(env.DB);
  const issuer = createIssuer(URL, { store, sealer: testSealer(), now: Date.now, random });
  const token = await issuer.assertion({ id: "tgt_a", project: "prj_b" }, "sts.amazonaws.com");
  const discovery = await down.call("/.well-known/openid-configuration");
  expect(discovery.body).toMatchObject({ issuer: URL, jwks_uri: `${URL}/.well-known/jwks.json` });
  const keys = await down.call("/.well-known/jwks.json", { headers: { authorization: "" } });
  for (const { headers } of [discovery, keys])
    expect(headers.get("cache-control")).toBe("public, max-age=3600");
  const { payload } = await jwtVerify(token, createLocalJWKSet(JSON.parse(keys.text)), {
    issuer: URL,
    audience: "sts.amazonaws.com",
    algorithms: ["RS256"],
  });
  expect(payload.sub).toBe("berth:prj_b:tgt_a");
});

test("without an issuer both documents are a 404 that says what to set", async () => {
  const without = edgeWith("down");
  for (const path of ["/.well-known/openid-configuration", "/.well-known/jwks.json"])
    expect(await without.call(path)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining("BERTH_ISSUER_URL") },
    });
});

test("the control Worker says in words that it has no issuer", async () => {
  const answer = await up.call("/v1/issuer");
  expect(answer).toMatchObject({ status: 404, body: { code: "not-found" } });
});
