import { importPKCS8, SignJWT } from "jose";
import { AdapterError } from "../../domain/fault.ts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import { callCloud } from "../call-cloud.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { jsonFields } from "../json-fields.ts";
import { type NamedSecret, namedSecret } from "../named-secret.ts";
import { type Expiring, tokenCache } from "../token-cache.ts";
import { tokenBucket } from "./buckets.ts";
import { classifyGoogle } from "./classify.ts";
import type { CloudRunConfig } from "./config.ts";
import { fetchJson, originOf } from "./fetch-json.ts";

/** What Berth asks a token for; what it may really do is decided by the roles of the service account. */
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
/** The longest life that needs no exception in the organisation's policy (iamcredentials, generateAccessToken). */
const LIFE_SECONDS = 3_600;

/** An access token of the target's service account, kept and renewed early. Throws `AdapterError` "denied" when Google refuses. */
export function googleToken(
  target: Target,
  config: CloudRunConfig,
  ports: CloudPorts,
): (call: Call) => Promise<string> {
  return tokenCache(ports.now, (call) =>
    config.credentials.by === "key"
      ? tokenByKey(target, config, config.credentials, ports, call)
      : tokenKeyless(target, config, ports, call),
  );
}

/** For whom tokens of Berth's own issuer are made out: the provider that is to take them. Undefined with a long-lived key. */
export function audienceOf({ credentials }: CloudRunConfig): string | undefined {
  return credentials.by === "keyless"
    ? `//iam.googleapis.com/${credentials.workloadIdentityProvider}`
    : undefined;
}

/** Berth's own token, exchanged for one of the service account (cloud.google.com/iam/docs/workload-identity-federation). */
export async function tokenKeyless(
  target: Target,
  config: CloudRunConfig,
  ports: CloudPorts,
  call: Call,
): Promise<Expiring<string>> {
  const audience = audienceOf(config);
  if (config.credentials.by !== "keyless" || audience === undefined)
    throw refused("the target is not set up for keyless credentials");
  const { serviceAccount } = config.credentials;
  const federated = await federatedToken(target, audience, config, ports, call);
  const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(serviceAccount)}:generateAccessToken`;
  const body = { scope: [SCOPE], lifetime: `${LIFE_SECONDS}s` };
  const made = await post(config, ports, call, "iamCredentials", path, body, federated.value);
  return { value: text(made, "accessToken"), expiresAt: Date.parse(text(made, "expireTime")) };
}

/** Berth's own token, exchanged for one that stands for Berth itself: with it the service account can be acted as. */
export async function federatedToken(
  target: Target,
  audience: string,
  config: CloudRunConfig,
  ports: CloudPorts,
  call: Call,
): Promise<Expiring<string>> {
  const subjectToken = await ports.assertion(target, audience, call);
  const made = await post(config, ports, call, "sts", "/v1/token", {
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience,
    scope: SCOPE,
    requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
    subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
    subjectToken,
  });
  return { value: text(made, "access_token"), expiresAt: ports.now() + secondsIn(made) * 1_000 };
}

async function tokenByKey(
  target: Target,
  config: CloudRunConfig,
  credentials: NamedSecret,
  ports: CloudPorts,
  call: Call,
): Promise<Expiring<string>> {
  const made = await byKey(target, config, credentials, { scope: SCOPE }, ports, call);
  return { value: text(made, "access_token"), expiresAt: ports.now() + secondsIn(made) * 1_000 };
}

/**
 * What Google gives for a service account's own key, as a last resort: a JWT that the key signs, with what is asked for as `claims`, is
 * exchanged (RFC 7523).
 */
export async function byKey(
  target: Target,
  config: CloudRunConfig,
  credentials: NamedSecret,
  claims: Readonly<Record<string, string>>,
  ports: CloudPorts,
  call: Call,
): Promise<Readonly<Record<string, unknown>>> {
  const key = keyFile(await namedSecret(target, credentials, ports, call), credentials.secret);
  const issuedAt = Math.floor(ports.now() / 1_000);
  const assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: key.id })
    .setIssuer(key.email)
    .setAudience("https://oauth2.googleapis.com/token")
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFE_SECONDS)
    .sign(await importPKCS8(key.pem, "RS256"));
  const form = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
  return await post(config, ports, call, "oauth", "/token", form);
}

/** One request to one of Google's token services. Throws `AdapterError` "denied" for what is a refusal. */
export async function post(
  config: CloudRunConfig,
  ports: CloudPorts,
  call: Call,
  service: "sts" | "iamCredentials" | "oauth",
  path: string,
  body: Readonly<Record<string, unknown>> | URLSearchParams,
  token?: string,
): Promise<Readonly<Record<string, unknown>>> {
  const url = `${originOf(config, service)}${path}`;
  const answer = await callCloud(
    ports,
    {
      bucket: tokenBucket(config.projectId, service),
      repeatable: true,
      classify: (error) => classifyGoogle({ message: String(error), code: "UNAVAILABLE", cause: error }),
      send: (signal) => fetchJson(ports.fetch, { url, method: "POST", body, token }, signal),
    },
    call,
  );
  if (answer.trouble === undefined) return Object.fromEntries(Object.entries(answer.json ?? {}));
  const error = classifyGoogle(answer.trouble);
  // A token endpoint says 400 for what is a refusal (RFC 6749, 5.2): nothing of the request is the user's spec.
  throw answer.status === 400 ? refused(answer.trouble.message) : error;
}

/** The life of a token in an answer of OAuth's form, seconds. */
function secondsIn({ expires_in: seconds }: Readonly<Record<string, unknown>>): number {
  return typeof seconds === "number" ? seconds : LIFE_SECONDS;
}

/** A member of Google's answer. Throws `AdapterError` "bug" when it has none. */
export function text(answer: Readonly<Record<string, unknown>>, member: string): string {
  const value = answer[member];
  if (typeof value === "string" && value !== "") return value;
  throw new AdapterError("bug", `Google's token answer has no ${member}.`);
}

function keyFile(
  json: string,
  secret: string,
): { readonly email: string; readonly pem: string; readonly id: string } {
  const file = jsonFields(json);
  const [email, pem, id] = [file["client_email"], file["private_key"], file["private_key_id"]];
  if (typeof email === "string" && typeof pem === "string" && typeof id === "string")
    return { email, pem, id };
  throw refused(`the secret ${secret} is no JSON key of a service account`);
}

function refused(why: string): AdapterError {
  return new AdapterError(
    "denied",
    `Google gives Berth no token: ${why}. \`berth target check\` says what is missing.`,
  );
}
