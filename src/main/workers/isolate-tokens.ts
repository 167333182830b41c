import { waitUntil } from "cloudflare:workers";
import type { MakeIdentityToken } from "../../domain/identity-token.ts";
import { createIdentityTokens, type IdentityTokens } from "../../gateway/identity-tokens.ts";
import { draw, log, sleep } from "./isolate.ts";

/** The tokens of one isolate; what a request has begun goes on after its answer. */
export function isolateTokens(make: MakeIdentityToken): IdentityTokens {
  const say = (sentence: string) => log("warn", sentence);
  return createIdentityTokens({ make, now: Date.now, draw, sleep, later: waitUntil, log: say });
}
