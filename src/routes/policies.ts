import { z } from "zod";
import { deletePolicy, listPolicies, putPolicy, readPolicy } from "../broker/policies.ts";
import type { PolicyOwner } from "../broker/policy-users.ts";
import { POLICY_SCHEMA_PATH, policySchema } from "../broker/policy-schema.ts";
import { policyWarnings } from "../broker/policy-warnings.ts";
import type { Ports } from "../broker/ports.ts";
import { forgetViolations, listViolations, reviewAfterPut } from "../broker/violations.ts";
import { Fault } from "../domain/fault.ts";
import type { Principal } from "../identity/authenticate.ts";
import { json, noContent } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";
import { etagOf, expectedCount } from "./preconditions.ts";

const write = endpoint<Ports>();
const MAX_VERSION = 1_000_000_000;

// What a policy may say is the policy room's to judge, so the body is open here and strict there.
const document = { ...jsonBody(z.record(z.string(), z.unknown())), schema: policySchema };
const of = {
  type: "string",
  description:
    "Whose: the project's own, or the instance's. Changing the instance's takes an administrator of it.",
  enum: ["project", "instance"],
} as const;

/** Policies as code. */
export const policyEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "GET",
    path: "/v1/policies",
    guard: "policies:read",
    runs: "control",
    tag: "policies",
    summary: "List policies",
    description: "The instance's and the project's own, in the order in which they have a say.",
    query: { of },
    answers: { 200: { description: "The policies in force.", schema: "PolicyList" } },
    handler: async ({ ports, caller, query }) =>
      json(200, { policies: await listPolicies(ports, caller, query.of) }),
  }),
  write({
    method: "GET",
    path: "/v1/policies/{name}",
    guard: "policies:read",
    runs: "control",
    tag: "policies",
    summary: "Read a policy",
    description:
      "The project's own before the instance's of the same name. Any version a plan names can be read.",
    query: {
      of,
      version: {
        type: "integer",
        description: "This version instead of the one in force.",
        minimum: 1,
        maximum: MAX_VERSION,
      },
    },
    answers: { 200: { description: "The policy. Its ETag is its version.", schema: "Policy" } },
    handler: async ({ ports, caller, params, query }) => {
      const policy = await readPolicy(ports, caller, params.name, query);
      const violations = await listViolations(ports, caller, params.name);
      const warnings = query.version === undefined ? await policyWarnings(ports, caller, policy) : [];
      return json(200, { ...policy, violations, warnings }, { etag: etagOf(policy.version) });
    },
  }),
  write({
    method: "PUT",
    path: "/v1/policies/{name}",
    guard: "policies:write",
    runs: "control",
    tag: "policies",
    matches: "version",
    summary: "Make a policy, or a new version of one",
    description:
      "With `select` it is mandatory wherever that holds; without, it counts only where a spec names it, and `default` where a spec names none. " +
      "Everything wrong with it is named with its place, contradictions with itself and with the instance's policies too; what other policies contradict is a warning. Nothing that runs ends; with `whenViolated: move` it is moved where policy forbids it.",
    query: { of },
    body: document,
    answers: {
      200: { description: "A new version, or the same as before.", schema: "Policy" },
      201: { description: "Made.", schema: "Policy" },
    },
    handler: async ({ ports, caller, principal, params, query, body, request }) => {
      const owner = mayChange(principal, query.of);
      const options = { of: owner, ifVersion: expectedCount(request.headers) };
      const { created, policy } = await putPolicy(ports, caller, params.name, body, options);
      const reviewed = await reviewAfterPut(ports, caller, owner, policy);
      const violations = await listViolations(ports, caller, params.name);
      const warnings = await policyWarnings(ports, caller, policy);
      const answer = { ...policy, violations, warnings, reviewed };
      return json(created ? 201 : 200, answer, { etag: etagOf(policy.version) });
    },
  }),
  write({
    method: "DELETE",
    path: "/v1/policies/{name}",
    guard: "policies:write",
    runs: "control",
    tag: "policies",
    matches: "version",
    summary: "Take a policy out of force",
    description: "Refused while a workload's spec names it. Its versions can still be read.",
    query: { of },
    answers: { 204: { description: "Out of force." } },
    handler: async ({ ports, caller, principal, params, query, request }) => {
      const options = { of: mayChange(principal, query.of), ifVersion: expectedCount(request.headers) };
      await deletePolicy(ports, caller, params.name, options);
      await forgetViolations(ports, caller, params.name, options.of);
      return noContent();
    },
  }),
  write({
    method: "GET",
    path: POLICY_SCHEMA_PATH,
    guard: "public",
    runs: "control",
    tag: "policies",
    summary: "JSON Schema of a policy",
    description: "For editors and checks before anything is sent.",
    answers: {
      200: {
        description: "JSON Schema 2020-12.",
        schema: "Document",
        mediaTypes: ["application/schema+json"],
      },
    },
    handler: () => json(200, policySchema(), { "content-type": "application/schema+json" }),
  }),
];

function mayChange(principal: Principal, owner: PolicyOwner = "project"): PolicyOwner {
  if (owner === "instance" && !principal.scopes.has("instance:admin"))
    throw new Fault("forbidden", "Policies of the instance need an administrator's token of the instance.");
  return owner;
}
