import { AdapterError } from "../../domain/fault.ts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { jsonFields } from "../json-fields.ts";
import { namedSecret } from "../named-secret.ts";
import { type Expiring, tokenCache } from "../token-cache.ts";
import type { AciConfig } from "./config.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** Entra's answers are a few kilobytes. */
const MOST_REPLY_CHARS = 65_536;

type TokenPorts = Pick<CloudPorts, "fetch" | "now" | "assertion" | "secrets">;

/** Gives a token for Azure Resource Manager, kept and renewed early. Throws `AdapterError` "denied" with what Entra said. */
export function azureToken(
  target: Target,
  config: AciConfig,
  ports: TokenPorts,
): (call: Call) => Promise<string> {
  return tokenCache(
    ports.now,
    async (call) => await exchange(config, ports, await proofOf(target, config, ports, call), call),
  );
}

/** Asks Entra for a token by one proof of who we are. */
export async function exchange(
  { tenantId, clientId, endpoints, cloud }: AciConfig,
  ports: Pick<TokenPorts, "fetch" | "now">,
  proof: Readonly<Record<string, string>>,
  call: Call,
): Promise<Expiring<string>> {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    // Of the cloud, whatever address its resource manager is reached at.
    scope: cloud.scope,
    ...proof,
  });
  const asked = ports.now();
  const { status, retryAfterMs, fields } = await answerOf(
    await send(ports, `${endpoints.login}/${tenantId}/oauth2/v2.0/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: body.toString(),
      // Workers know no "error" here: a redirect comes back as an answer and is refused.
      redirect: "manual",
      signal: call.signal,
    }),
  );
  const { access_token: token, expires_in: seconds } = fields;
  if (status === 200 && typeof token === "string" && typeof seconds === "number")
    return { value: token, expiresAt: asked + seconds * 1_000 };
  const { error = "", error_description: description = "" } = fields;
  const kind = status === 429 ? "throttled" : status >= 500 || status === 200 ? "unavailable" : "denied";
  throw new AdapterError(
    kind,
    `Entra gave no token (HTTP ${status} ${String(error).slice(0, 80)}): ${firstLine(String(description))} Compare the app's federated credential with \`berth target trust\`.`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** Berth's own statement of who it is, in the form Entra takes it. */
export const federatedProof = (assertion: string): Readonly<Record<string, string>> => ({
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: assertion,
});

async function proofOf(target: Target, { credentials, cloud }: AciConfig, ports: TokenPorts, call: Call) {
  if (credentials === undefined) return federatedProof(await ports.assertion(target, cloud.audience, call));
  return { client_secret: await namedSecret(target, credentials, ports, call) };
}

/** Throws when somebody sends us elsewhere: proofs and tokens go to the address they are for and nowhere else. */
export function refuseRedirect({ status }: Response, url: string): void {
  if (status < 300 || status > 399) return;
  throw new AdapterError(
    "denied",
    `${new URL(url).host} answered with a redirect (HTTP ${status}), which Berth does not follow: give the target the address that answers itself.`,
  );
}

async function send(ports: Pick<TokenPorts, "fetch">, url: string, init: RequestInit): Promise<Response> {
  const response = await reached(ports, url, init);
  refuseRedirect(response, url);
  return response;
}

async function reached(ports: Pick<TokenPorts, "fetch">, url: string, init: RequestInit): Promise<Response> {
  try {
    return await ports.fetch(url, init);
  } catch (error) {
    throw new AdapterError(
      "unavailable",
      `Entra could not be reached: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function answerOf(response: Response) {
  const text = (await response.text()).slice(0, MOST_REPLY_CHARS);
  const after = response.headers.get("retry-after");
  const retryAfterMs = after !== null && /^\d{1,6}$/.test(after) ? Number(after) * 1_000 : undefined;
  // A proxy's page instead of Entra's JSON says no more than its status.
  return { status: response.status, retryAfterMs, fields: jsonFields(text) };
}

// The rest of Entra's text are trace ids.
const firstLine = (text: string): string => (text.split(/\r?\n/, 1)[0] ?? "").slice(0, 400);
