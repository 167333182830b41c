import type { Endpoint } from "../domain/observation.ts";
import { type Header, NotBegunError, type Send } from "../domain/upstream.ts";
import { IDENTITY_HEADER } from "./headers.ts";
import type { IdentityTokens } from "./identity-tokens.ts";

/**
 * The header that shows an endpoint who calls; undefined where it does not ask. Throws `NotBegunError` when there is no token, or when the
 * endpoint is not the https origin that its tokens are for: they are sent nowhere else.
 */
export async function identityHeader(
  { url, auth }: Endpoint,
  tokens: IdentityTokens,
  signal: AbortSignal,
): Promise<Header | undefined> {
  if (auth === undefined) return undefined;
  const { protocol, origin } = new URL(url);
  if (protocol !== "https:" || origin !== auth.audience)
    throw new NotBegunError(`${origin} asks for an identity that is meant for ${auth.audience}`);
  const token = await tokens.tokenFor(auth, signal);
  return [IDENTITY_HEADER, `Bearer ${token.value}`];
}

/** The same `Send`, showing who calls to endpoints that ask for it. */
export function identified(send: Send, tokens: IdentityTokens): Send {
  return async (endpoint, request, signal) => {
    const header = await identityHeader(endpoint, tokens, signal);
    if (header === undefined) return await send(endpoint, request, signal);
    return await send(endpoint, { ...request, headers: [...request.headers, header] }, signal);
  };
}
