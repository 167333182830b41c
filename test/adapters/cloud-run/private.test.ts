import * as fc from "fast-check";
import { decodeJwt, exportPKCS8, generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { cloudRunAdapter } from "../../../src/adapters/cloud-run/index.ts";
import { arbitrarySpec } from "../../domain/arbitraries.ts";
import { CANARY } from "../../canary.ts";
import { call, needs, target } from "../fixtures.ts";
import { knownOf } from "../known.ts";
import { judgedTokens } from "../../contracts/token-endpoints.ts";
import { serveGoogle } from "./http-server.ts";
import { project } from "./project.ts";
import { offersOf, PRICELESS, renderedOf } from "./rendered.ts";
import { CONFIG, runUnit } from "./settings.ts";
import { portsOver, world } from "./world.ts";

const PRIVATE = { ...CONFIG, invoker: "private" };
const AUDIENCE = "https://b1-417.europe-west1.run.app";

/** Without what is told as an error only when a document is made of it. */
const renderable = arbitrarySpec.map((spec) => ({
  ...spec,
  files: spec.files.filter(({ path }) => path.lastIndexOf("/") > 0),
  "x-cloud-run": undefined,
}));

test("no spec makes a private service open, and nothing else of it is another than at a public target", () => {
  fc.assert(
    fc.property(renderable, (spec) => {
      for (const offer of offersOf(spec, PRICELESS).filter(({ impossible }) => impossible.length === 0)) {
        const shut = renderedOf(spec, offer, "private");
        const open = renderedOf(spec, offer, "public");
        expect(JSON.stringify(shut.document)).not.toContain("invokerIamDisabled");
        const more = open.collection === "services" ? { invokerIamDisabled: true } : {};
        expect(open.document).toEqual({ ...shut.document, ...more });
      }
    }),
    { numRuns: 2_000 },
  );
});

test("offers of a private target say that nobody gets around the gateway; those of a public one that one can", async () => {
  const shut = await world({}, { config: PRIVATE }).adapter.offers(needs(), call());
  const open = await world().adapter.offers(needs(), call());
  expect(shut.length).toBeGreaterThan(0);
  expect(new Set(shut.map(({ path }) => path.bypassable))).toEqual(new Set([false]));
  expect(new Set(open.map(({ path }) => path.bypassable))).toEqual(new Set([true]));
});

test("a private service's endpoint asks for an identity, for its own URL; one that was made open stays as it is", async () => {
  const google = project();
  const open = world({}, { google });
  const shut = world({}, { google, config: PRIVATE });
  await open.adapter.apply(runUnit(1), call());
  await shut.adapter.apply(runUnit(2), call());
  google.pass(5_000);
  const { observations } = await shut.adapter.observe(knownOf(runUnit(1), runUnit(2)), call());
  const [first, second] = [runUnit(1), runUnit(2)].map(
    ({ id }) => observations.find(({ unit }) => unit === id)?.endpoints[0],
  );
  expect(first).toMatchObject({ bypassable: true });
  expect(first?.auth).toBeUndefined();
  expect(second).toMatchObject({ bypassable: false, url: expect.stringMatching(/^https:/) });
  expect(second?.auth).toEqual({
    kind: "google-id-token",
    target: "tgt_cloud-run",
    unit: runUnit(2).id,
    audience: second?.url,
  });
});

test("where an organisation enforces the check, or Berth may change no policy, private services are made all the same", async () => {
  for (const rules of [{ requiresInvoker: true }, { missing: ["run.services.setIamPolicy"] }]) {
    await expect(world(rules).adapter.apply(runUnit(1), call())).rejects.toThrow(/denied/i);
    const made = await world(rules, { config: PRIVATE }).adapter.apply(runUnit(1), call());
    expect(made.phase).toBe("creating");
  }
});

async function overHttp(rules: Parameters<typeof project>[0] = {}) {
  const google = project(rules);
  const server = await serveGoogle(google);
  const ports = portsOver(google, { fetch: (url, init) => fetch(url, init) });
  const adapter = cloudRunAdapter(target("cloud-run", { ...PRIVATE, endpoints: server.endpoints }), ports);
  const token = async (audience = AUDIENCE) => {
    if (adapter.identityToken === undefined) throw new Error("it makes no tokens");
    return await adapter.identityToken(audience, call());
  };
  return { google, server, adapter, token };
}

test("an identity token is the target's account's, for one audience, and many are made by one exchange", async () => {
  const { google, server, token } = await overHttp();
  const made = await token();
  expect(decodeJwt(made.value)).toMatchObject({
    aud: AUDIENCE,
    email: PRIVATE.serviceAccount,
    email_verified: true,
  });
  expect(made.expiresAt).toBe(google.now() + 3_600_000);
  await token("https://b2-417.europe-west1.run.app");
  expect(server.bearers).toEqual(["", "Bearer federated", "Bearer federated"]);
  expect(google.asked.map(({ path }) => path.split(":").at(-1))).toEqual([
    "/v1/token",
    "generateIdToken",
    "generateIdToken",
  ]);
  await server.close();
  expect(server.problems).toEqual([]);
});

test("where Google gives none, that is denied, with the permission's name", async () => {
  const { server, token } = await overHttp({ missing: ["iam.serviceAccounts.getOpenIdToken"] });
  await expect(token()).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("iam.serviceAccounts.getOpenIdToken"),
  });
  await server.close();
});

test("a check proves that Berth may call what it makes private, and asks it of no public target", async () => {
  const verdictOf = async (config: object, missing: readonly string[] = []) => {
    const lines = (await world({ missing }, { config }).adapter.check?.(call())) ?? [];
    return lines.find(({ name }) => name === "run.routes.invoke");
  };
  expect(await verdictOf(PRIVATE)).toMatchObject({ verdict: "ok" });
  expect(await verdictOf(PRIVATE, ["run.routes.invoke"])).toMatchObject({
    verdict: "refused",
    message: expect.stringContaining("roles/run.invoker"),
  });
  expect(await verdictOf(CONFIG)).toBeUndefined();
});

test.each([
  ["ok", []],
  ["refused", ["iam.serviceAccounts.getOpenIdToken"]],
])("a check asks Google for an identity token and throws it away: %s", async (verdict, missing) => {
  const { server, adapter } = await overHttp({ missing });
  const lines = (await adapter.check?.(call())) ?? [];
  const line = lines.find(({ name }) => name === "iam.serviceAccounts.getOpenIdToken");
  expect(line?.verdict).toBe(verdict);
  expect(JSON.stringify(lines)).not.toContain("eyJ");
  await server.close();
  expect(server.problems).toEqual([]);
});

/** A target with a service account's key, whose exchanges are answered by `answer`. */
async function byKey(answer: (assertion: Readonly<Record<string, unknown>>) => object) {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key = {
    client_email: "b@p.iam.gserviceaccount.com",
    private_key: await exportPKCS8(privateKey),
    private_key_id: "k1",
  };
  const exchange = judgedTokens("googleIdentity", (form) =>
    Response.json(answer(decodeJwt(form.get("assertion") ?? ""))),
  );
  const row = target("cloud-run", {
    ...PRIVATE,
    workloadIdentityProvider: undefined,
    serviceAccount: undefined,
    credentials: { secret: "gcp-key" },
  });
  const secrets = async () => JSON.stringify(key);
  const adapter = cloudRunAdapter(row, portsOver(project(), { fetch: exchange, secrets }));
  return adapter.identityToken?.(AUDIENCE, call());
}

const unsigned = (claims: object, signature: string) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;

test("with a long-lived key the token is asked for as target_audience", async () => {
  const value = unsigned({ aud: AUDIENCE, exp: 5_000 }, "s");
  const made = byKey((assertion) => {
    expect(assertion).toMatchObject({ target_audience: AUDIENCE, iss: "b@p.iam.gserviceaccount.com" });
    expect(assertion).not.toHaveProperty("scope");
    return { id_token: value };
  });
  expect(await made).toEqual({ value, expiresAt: 5_000_000 });
});

test.each([
  ["for somebody else", unsigned({ aud: "https://other.example", exp: 5_000 }, CANARY)],
  ["without an end", unsigned({ aud: AUDIENCE }, CANARY)],
  ["that is none", CANARY],
])("a token %s is not taken, and is in no error", async (_what, id_token) => {
  const error: unknown = await byKey(() => ({ id_token })).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind: "bug" });
  expect(String(error)).not.toContain(CANARY);
});
