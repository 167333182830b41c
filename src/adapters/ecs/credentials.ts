import { AdapterError } from "../../domain/fault.ts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { jsonFields } from "../json-fields.ts";
import { type NamedSecret, namedSecret } from "../named-secret.ts";
import { type Expiring, tokenCache } from "../token-cache.ts";
import type { InputOf, OutputOf } from "./api.ts";
import type { EcsConfig } from "./config.ts";

/** What AWS is signed with. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A session as long as every role allows (AWS STS API, AssumeRoleWithWebIdentity: an hour unless the role says less). */
const SESSION_SECONDS = 3_600;
/** How long keys without an end are kept before they are read again, so that a changed secret is soon used. */
const STATIC_KEYS_MS = 600_000;

/** Exchanges a token for keys; sent without a signature. */
export type AssumeRole = (
  input: InputOf<"AssumeRoleWithWebIdentity">,
  call: Call,
) => Promise<OutputOf<"AssumeRoleWithWebIdentity">>;

/** The keys of a target, renewed early: of the role it names, by a token of Berth's own, or the long-lived ones it names instead. */
export function awsCredentials(
  target: Target,
  config: EcsConfig,
  ports: Pick<CloudPorts, "now" | "assertion" | "secrets">,
  assume: AssumeRole,
): (call: Call) => Promise<Expiring<AwsKeys>> {
  const fetchKeys = (call: Call) =>
    config.credentials === undefined
      ? byAssertion(target, config, ports, assume, call)
      : bySecret(target, config.credentials, ports, call);
  return tokenCache(ports.now, async (call) => {
    const value = await fetchKeys(call);
    return { value, expiresAt: value.expiresAt };
  });
}

/** What AWS STS is asked for a target: the role it names, in the name of the token's bearer. */
export function assumeRoleInput(
  target: Target,
  config: EcsConfig,
  token: string,
): InputOf<"AssumeRoleWithWebIdentity"> {
  return {
    RoleArn: config.roles.berth ?? "",
    // Shown in CloudTrail. AWS STS API: 2 to 64 of letters, digits and =,.@-_
    RoleSessionName: `berth-${target.id.replaceAll(/[^\w=,.@-]/g, "-")}`.slice(0, 64),
    WebIdentityToken: token,
    DurationSeconds: SESSION_SECONDS,
  };
}

async function byAssertion(
  target: Target,
  config: EcsConfig,
  ports: Pick<CloudPorts, "assertion">,
  assume: AssumeRole,
  call: Call,
): Promise<Expiring<AwsKeys>> {
  const token = await ports.assertion(target, config.partition.audience, call);
  const { Credentials } = await assume(assumeRoleInput(target, config, token), call);
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || Expiration === undefined)
    throw new AdapterError("bug", "AWS STS answered without credentials.");
  const value = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { value, expiresAt: Expiration.getTime() };
}

async function bySecret(
  target: Target,
  credentials: NamedSecret,
  ports: Pick<CloudPorts, "now" | "secrets">,
  call: Call,
): Promise<Expiring<AwsKeys>> {
  const text = await namedSecret(target, credentials, ports, call);
  return { value: parseKeys(text, credentials.secret), expiresAt: ports.now() + STATIC_KEYS_MS };
}

// Never the text itself in an error: it is a secret, even when it is no key.
function parseKeys(text: string, secret: string): AwsKeys {
  const { accessKeyId, secretAccessKey, sessionToken } = jsonFields(text);
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string")
    throw new AdapterError(
      "denied",
      `The secret ${secret} is no access key: store {"accessKeyId": "...", "secretAccessKey": "..."} in it.`,
    );
  return {
    accessKeyId,
    secretAccessKey,
    ...(typeof sessionToken === "string" ? { sessionToken } : {}),
  };
}
