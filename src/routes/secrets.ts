import { z } from "zod";
import { MAX_EVENTS } from "../broker/events.ts";
import type { Ports } from "../broker/ports.ts";
import { rewrapAll } from "../broker/rewrap.ts";
import { rollOutSecret } from "../broker/roll-out-secret.ts";
import { secretEvents } from "../broker/secret-events.ts";
import { deleteSecret, listSecrets, MAX_SECRET_BYTES, putSecret, readSecret } from "../broker/secrets.ts";
import { AFTER } from "./after-query.ts";
import { json, noContent } from "./answer.ts";
import { id } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const call = endpoint<Ports>();

/** Most environments that one secret is shared with by name. */
const MAX_SHARED = 100;
const Share = z
  .strictObject({
    environments: z.array(id).min(1).max(MAX_SHARED).optional(),
    classes: z
      .array(z.enum(["production", "staging", "preview"]))
      .min(1)
      .max(3)
      .optional(),
  })
  .refine(({ environments, classes }) => environments !== undefined || classes !== undefined, {
    error: "say environments, classes or both; null shares with nobody",
  });
const Put = z.strictObject({
  value: z
    .string()
    .optional()
    .describe(`The value, text of at most ${MAX_SECRET_BYTES / 1_024} KiB. It is never answered again.`),
  shared: Share.nullable()
    .optional()
    .describe("Other environments that may use it where they have none of this name; left out, it stays."),
});

/** Sealed secrets: written, listed, rolled out and removed; never read. */
export const secretEndpoints: readonly Endpoint<Ports>[] = [
  call({
    method: "PUT",
    path: "/v1/secrets/{name}",
    guard: "secrets:write",
    runs: "control",
    tag: "secrets",
    inEnvironment: true,
    summary: "Put a secret",
    description:
      "Each other value is a new version. What runs goes on with the version it was deployed with, until it is deployed again or rolled out.",
    body: jsonBody(Put, { plain: true }),
    secretBody: true,
    answers: {
      200: { description: "It was there before.", schema: "Secret" },
      201: { description: "It is new.", schema: "Secret" },
    },
    handler: async ({ ports, caller, params, body }) => {
      const { secret, created } = await putSecret(ports, caller, params.name, body);
      return json(created ? 201 : 200, secret);
    },
  }),
  call({
    method: "GET",
    path: "/v1/secrets",
    guard: "secrets:read",
    runs: "control",
    tag: "secrets",
    inEnvironment: true,
    summary: "List secrets",
    answers: { 200: { description: "Names, versions and users; never a value.", schema: "SecretList" } },
    handler: async ({ ports, caller }) => json(200, { secrets: await listSecrets(ports, caller) }),
  }),
  call({
    method: "GET",
    path: "/v1/secrets/{name}",
    guard: "secrets:read",
    runs: "control",
    tag: "secrets",
    inEnvironment: true,
    summary: "Read about a secret",
    answers: { 200: { description: "Its versions and users; never a value.", schema: "Secret" } },
    handler: async ({ ports, caller, params }) => json(200, await readSecret(ports, caller, params.name)),
  }),
  call({
    method: "GET",
    path: "/v1/secrets/{name}/events",
    guard: "secrets:read",
    runs: "control",
    tag: "secrets",
    inEnvironment: true,
    summary: "Who put, shared and removed a secret",
    description: "Oldest first; also of one that is removed.",
    query: {
      ...AFTER,
    },
    answers: { 200: { description: `At most ${MAX_EVENTS} events.`, schema: "EventList" } },
    handler: async ({ ports, caller, params, query }) =>
      json(200, await secretEvents(ports, caller, params.name, query.after)),
  }),
  call({
    method: "POST",
    path: "/v1/secrets/{name}/rollout",
    guard: "workloads:write",
    runs: "control",
    tag: "secrets",
    inEnvironment: true,
    summary: "Roll a secret's newest version out",
    description: "Deploys what runs in this environment with an older version, as it stands.",
    answers: { 200: { description: "What became of each workload.", schema: "SecretRollouts" } },
    handler: async ({ ports, caller, params }) => json(200, await rollOutSecret(ports, caller, params.name)),
  }),
  call({
    method: "DELETE",
    path: "/v1/secrets/{name}",
    guard: "secrets:write",
    runs: "control",
    tag: "secrets",
    inEnvironment: true,
    summary: "Remove a secret with all its values",
    description:
      "Refused while something that runs was deployed with it, or a target of the project signs in with it.",
    answers: { 204: { description: "Removed." } },
    handler: async ({ ports, caller, params }) => {
      await deleteSecret(ports, caller, params.name);
      return noContent();
    },
  }),
  call({
    method: "POST",
    path: "/v1/secrets/rewrap",
    guard: "instance:admin",
    runs: "control",
    tag: "secrets",
    summary: "Put everything sealed under the current sealing key",
    description:
      "Safe to repeat; to be called again while `more` is true. Values are neither opened nor changed.",
    answers: { 200: { description: "What was done.", schema: "Rewrapped" } },
    handler: async ({ ports, caller }) => json(200, await rewrapAll(ports, caller)),
  }),
];
