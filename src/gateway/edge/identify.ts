import { identityHeader } from "../identify.ts";
import type { IdentityTokens } from "../identity-tokens.ts";
import type { EdgeSend } from "./fetch-gateway.ts";

/** The same `EdgeSend`, showing who calls to endpoints that ask for it. */
export function identifiedFetch(send: EdgeSend, tokens: IdentityTokens): EdgeSend {
  return async (endpoint, request) => {
    const header = await identityHeader(endpoint, tokens, request.signal);
    if (header !== undefined) request.headers.set(...header);
    return await send(endpoint, request);
  };
}
