import { AdapterError } from "../../domain/fault.ts";
import type { IdentityToken } from "../../domain/identity-token.ts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { jsonFields } from "../json-fields.ts";
import { tokenCache } from "../token-cache.ts";
import type { CloudRunConfig } from "./config.ts";
import { audienceOf, byKey, federatedToken, post, text } from "./credentials.ts";

/**
 * Makes identity tokens of the target's service account: what a private service lets its caller in by. The keyless way asks with the
 * federated token, because `roles/iam.workloadIdentityUser`, which the trust documents give it, has `iam.serviceAccounts.getOpenIdToken`;
 * the account itself would need a role on itself. Throws `AdapterError` "denied" when Google refuses.
 */
export function identityTokens(
  target: Target,
  config: CloudRunConfig,
  ports: CloudPorts,
): (audience: string, call: Call) => Promise<IdentityToken> {
  const { credentials } = config;
  if (credentials.by === "key")
    return async (audience, call) => {
      // developers.google.com/identity/protocols/oauth2/service-account: `target_audience` asks for an `id_token`.
      const claims = { target_audience: audience };
      return readToken(
        text(await byKey(target, config, credentials, claims, ports, call), "id_token"),
        audience,
      );
    };
  const federated = tokenCache(ports.now, (call) =>
    federatedToken(target, audienceOf(config) ?? "", config, ports, call),
  );
  const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(credentials.serviceAccount)}:generateIdToken`;
  return async (audience, call) => {
    const body = { audience, includeEmail: true };
    const made = await post(config, ports, call, "iamCredentials", path, body, await federated(call));
    return readToken(text(made, "token"), audience);
  };
}

/** When a token ends stands in the token itself. Google signs it for whoever is called; here only its words are read. */
function readToken(value: string, audience: string): IdentityToken {
  const [, payload = ""] = value.split(".");
  const { aud, exp } = /^[A-Za-z0-9_-]+$/.test(payload) ? jsonFields(decoded(payload)) : {};
  if (aud !== audience || typeof exp !== "number")
    throw new AdapterError("bug", `Google's identity token is not one for ${audience}.`);
  return { value, expiresAt: exp * 1_000 };
}

const decoded = (payload: string): string => atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
