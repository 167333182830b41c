import { expect, test } from "vitest";
import { takeViolations } from "./ledger.ts";
import { judgedTokens, tokenReplyViolations, tokenRequestViolations } from "./token-endpoints.ts";

const ENTRA = "https://login.microsoftonline.com/00000000-0000-0000-0000-00000000000a/oauth2/v2.0/token";
const GOOGLE = "https://oauth2.googleapis.com/token";
const secret = {
  grant_type: "client_credentials",
  client_id: "00000000-0000-0000-0000-00000000000b",
  scope: "https://management.azure.com/.default",
  client_secret: "s",
};

const asked = (url: string, form: Readonly<Record<string, string>>, init: RequestInit = {}) => {
  const body = new URLSearchParams(form);
  const name = url === GOOGLE ? "googleKey" : "entra";
  return tokenRequestViolations(name, new Request(url, { method: "POST", body, ...init }), body.toString());
};
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = (changes: object = {}) => ({
  iss: "b@p.iam.gserviceaccount.com",
  scope: "https://www.googleapis.com/auth/cloud-platform",
  aud: GOOGLE,
  iat: 1_000,
  exp: 4_600,
  ...changes,
});
const jwtOf = (said: object) => `${part({ alg: "RS256", typ: "JWT", kid: "k" })}.${part(said)}.signature`;
const jwt = (changes: object = {}) => jwtOf(claims(changes));
const signed = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: jwt() };

test("what Microsoft and Google document is taken", () => {
  expect(asked(ENTRA, secret)).toEqual([]);
  const { client_secret: _secret, ...common } = secret;
  const federated = {
    ...common,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: "a.b.c",
  };
  expect(asked(ENTRA, federated)).toEqual([]);
  expect(asked(GOOGLE, signed)).toEqual([]);
});

test.each([
  ["no proof", ENTRA, { grant_type: "client_credentials" }, "request.client_id: is missing"],
  [
    "a scope of another kind",
    ENTRA,
    { ...secret, scope: "openid" },
    "request.scope: openid is not as documented",
  ],
  ["a field nobody knows", ENTRA, { ...secret, resource: "x" }, "request.resource: there is no such field"],
  ["another tenant's path", ENTRA.replace("v2.0", "v1"), secret, "is no token endpoint"],
  [
    "a statement longer than an hour",
    GOOGLE,
    { ...signed, assertion: jwt({ exp: 4_601 }) },
    "request.assertion.exp:",
  ],
  [
    "a statement for another",
    GOOGLE,
    { ...signed, assertion: jwt({ aud: "x" }) },
    "request.assertion.aud: x is not",
  ],
])("%s is found, with its field", (_what, url, form, violation) => {
  expect(asked(url, form as Readonly<Record<string, string>>).join("\n")).toContain(violation);
});

test("a request that is no form, or no POST, is found", () => {
  const headers = { "content-type": "application/json" };
  expect(asked(ENTRA, secret, { headers }).join()).toContain("application/json is no form");
  expect(asked(ENTRA, secret, { method: "PUT" }).join()).toContain("PUT is not POST");
});

test("a key's statement asks for an access token by its scope, and for an identity by its audience, never by the other's", () => {
  const { scope: _scope, ...identity } = { ...claims(), target_audience: "https://b1.example" };
  const asks = (name: "googleKey" | "googleIdentity", said: object) => {
    const text = new URLSearchParams({ ...signed, assertion: jwtOf(said) }).toString();
    const request = new Request(GOOGLE, { method: "POST", body: new URLSearchParams(text) });
    return tokenRequestViolations(name, request, text).join();
  };
  expect(asks("googleIdentity", identity)).toBe("");
  expect(asks("googleIdentity", claims())).toContain("target_audience: is missing");
  expect(asks("googleKey", identity)).toContain("target_audience: there is no such field");
  expect(tokenReplyViolations("googleIdentity", 200, { id_token: "t" })).toEqual([]);
  expect(tokenReplyViolations("googleIdentity", 200, { access_token: "t" })).toHaveLength(2);
});

test("an answer without its type, and one without a life, are found; errors have a form too", () => {
  expect(tokenReplyViolations("entra", 200, { access_token: "t", expires_in: 3_599 })).toEqual([
    "reply 200.token_type: is missing",
  ]);
  expect(tokenReplyViolations("googleKey", 200, { access_token: "t", token_type: "Bearer" })).toHaveLength(1);
  expect(tokenReplyViolations("entra", 401, { error: "invalid_client" }).join()).toContain("error_codes");
});

test("the fakes' way to an endpoint throws at a violation, and it is remembered", async () => {
  const fetch = judgedTokens("entra", () => Response.json({ access_token: 7 }));
  const body = new URLSearchParams(secret);
  await expect(fetch(ENTRA, { method: "POST", body })).rejects.toThrow("reply 200.token_type");
  expect(takeViolations()[0]).toContain("The contract of Entra is broken");
});
