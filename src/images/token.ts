import { z } from "zod";
import type { RegistryLogin } from "../domain/resolved-image.ts";
import type { Challenge } from "./challenge.ts";
import { follow } from "./follow.ts";
import { jsonOf } from "./json-of.ts";
import type { ImagePorts } from "./ports.ts";
import { discard, readBody } from "./read-body.ts";
import { RegistryTrouble } from "./trouble.ts";

/** Tokens of clouds hold a whole signed document; none is near this. */
const MAX_BYTES = 256 * 1_024;

const Answer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** What may be read with a token. */
export interface TokenQuestion {
  /** Where the registry is asked. */
  readonly registry: URL;
  readonly repository: string;
  readonly login: RegistryLogin | undefined;
  readonly signal: AbortSignal;
}

/**
 * A bearer token that may pull from one repository (distribution, "Token Authentication Specification"), as an Authorization header. The
 * realm must be https, or the registry's own origin. Throws `denied` when the login is refused, else `unreachable`.
 */
export async function bearer(
  ports: Pick<ImagePorts, "fetch" | "reach">,
  { parameters }: Challenge,
  { registry, repository, login, signal }: TokenQuestion,
): Promise<string> {
  const url = URL.parse(parameters["realm"] ?? "");
  if (url === null)
    throw new RegistryTrouble("unreachable", `${registry.host} names no realm for its tokens`);
  if (parameters["service"] !== undefined) url.searchParams.set("service", parameters["service"]);
  // Ours, whatever the registry asks for: a token must not be good for more than reading this repository.
  url.searchParams.set("scope", `repository:${repository}:pull`);
  const authorization = login === undefined ? undefined : basic(login);
  const response = await follow(ports, {
    method: "GET",
    url,
    accept: "application/json",
    authorization,
    signal,
  });
  if (!response.ok) {
    await discard(response);
    const said = `${url.host} answers ${response.status} to a request for a token`;
    throw new RegistryTrouble(
      [400, 401, 403, 404].includes(response.status) ? "denied" : "unreachable",
      said,
    );
  }
  return `Bearer ${tokenIn(await readBody(response, MAX_BYTES, `the token of ${url.host}`), url.host)}`;
}

/** A login as an Authorization header (RFC 7617): ECR's `AWS`, Artifact Registry's `oauth2accesstoken` and `_json_key` alike. */
export function basic({ username, password }: RegistryLogin): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

/** RFC 6750, section 2.1: anything else would be no header. */
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

function tokenIn(bytes: Uint8Array, host: string): string {
  const parsed = Answer.safeParse(jsonOf(bytes));
  const token = parsed.data?.token ?? parsed.data?.access_token ?? "";
  if (!B64TOKEN.test(token)) throw new RegistryTrouble("unreachable", `${host} gives no token`);
  return token;
}
