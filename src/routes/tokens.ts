import { z } from "zod";
import type { Caller, Ports } from "../broker/ports.ts";
import { createToken, listTokens, revokeToken } from "../broker/tokens.ts";
import { Fault } from "../domain/fault.ts";
import type { Principal } from "../identity/authenticate.ts";
import { ROLE_NAMES, SCOPES } from "../identity/scope.ts";
import { json, noContent } from "./answer.ts";
import { id, instant } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();

const Token = z.strictObject({
  name: id.describe("Who will use it, as plans and events name it."),
  scopes: z
    .array(z.enum([...ROLE_NAMES, ...SCOPES]))
    .min(1)
    .max(SCOPES.length)
    .describe(`What it may do: roles (${ROLE_NAMES.join(", ")}) and single scopes.`),
  expiresAt: instant.optional(),
  instance: z.boolean().optional().describe("A token of the instance instead of the project."),
});
const ofInstance = {
  type: "boolean",
  description: "The instance's tokens instead of the project's.",
} as const;

/** Access tokens: shown once, stored as hashes. */
export const tokenEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/tokens",
    guard: "tokens:write",
    runs: "control",
    tag: "tokens",
    summary: "Make a token",
    description:
      "`token` is in this answer and nowhere else. Nobody can give scopes that their own token lacks.",
    body: jsonBody(Token),
    secretAnswer: true,
    answers: { 201: { description: "Made.", schema: "TokenCreated" } },
    handler: async ({ ports, caller, principal, body }) =>
      json(201, await createToken(ports, caller, principal, body)),
  }),
  write({
    method: "GET",
    path: "/v1/tokens",
    guard: "tokens:read",
    runs: "control",
    tag: "tokens",
    summary: "List tokens",
    query: { instance: ofInstance },
    answers: { 200: { description: "The tokens, never their secrets.", schema: "TokenList" } },
    handler: async ({ ports, caller, principal, query }) =>
      json(200, { tokens: await listTokens(ports, ownerOf(caller, principal, query.instance)) }),
  }),
  write({
    method: "DELETE",
    path: "/v1/tokens/{id}",
    guard: "tokens:write",
    runs: "control",
    tag: "tokens",
    summary: "Revoke a token",
    description: "It is refused from the next call on, and streams it opened close within about a second.",
    query: { instance: ofInstance },
    answers: { 204: { description: "Revoked." } },
    handler: async ({ ports, caller, principal, params, query }) => {
      await revokeToken(ports, ownerOf(caller, principal, query.instance), params.id);
      return noContent();
    },
  }),
];

function ownerOf(caller: Caller, principal: Principal, instance: boolean): string | undefined {
  if (!instance) return caller.project.id;
  if (principal.scopes.has("instance:admin")) return undefined;
  throw new Fault("forbidden", "Only an administrator of the instance sees the instance's tokens.");
}
