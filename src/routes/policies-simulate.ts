import type { Ports } from "../broker/ports.ts";
import { POLICY_TEST_SCHEMA_PATH, policyTestSchema } from "../broker/policy-test-schema.ts";
import { simulatePolicy } from "../broker/simulate-policy.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";
import { Simulate } from "./simulate-body.ts";

const write = endpoint<Ports>();

/** What a policy would do, and how its tests are written. */
export const simulateEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/policies/{name}/simulate",
    guard: "policies:read",
    runs: "control",
    tag: "policies",
    summary: "Show what another policy, or other prices, would do",
    description:
      "Every workload of the project is placed anew, as things stand and with the change: what moves, what it costs more or less, " +
      "what runs where it would be forbidden, and what would have no place. Nothing is written and nothing is started.",
    body: jsonBody(Simulate, { optional: true }),
    answers: { 200: { description: "What would change.", schema: "Simulation" } },
    handler: async ({ ports, caller, params, body }) =>
      json(200, await simulatePolicy(ports, caller, params.name, body)),
  }),
  write({
    method: "GET",
    path: POLICY_TEST_SCHEMA_PATH,
    guard: "public",
    runs: "control",
    tag: "policies",
    summary: "JSON Schema of a file of policy tests",
    description: "For editors; `berth policy test` reads such files.",
    answers: {
      200: {
        description: "JSON Schema 2020-12.",
        schema: "Document",
        mediaTypes: ["application/schema+json"],
      },
    },
    handler: () => json(200, policyTestSchema(), { "content-type": "application/schema+json" }),
  }),
];
