import { z } from "zod";
import { clearOverrides, putOverride } from "../broker/overrides.ts";
import type { Ports } from "../broker/ports.ts";
import { json, noContent } from "./answer.ts";
import { instant, placeMatch, replicaRange, sentence } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();

const Override = z.strictObject({
  pin: placeMatch.optional().describe("Run nowhere else."),
  avoid: placeMatch.optional().describe("Do not run here."),
  scale: replicaRange.optional().describe("Replicas instead of the spec's."),
  reason: sentence.describe("Why, for whoever finds it."),
  until: instant.optional().describe("When it ends by itself."),
});

/** What an operator lays over a spec for a while; every later plan obeys it and names it. */
export const overrideWrites: readonly Endpoint<Ports>[] = [
  write({
    method: "PUT",
    path: "/v1/workloads/{name}/overrides",
    guard: "workloads:write",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    summary: "Override placement or scale",
    description: "Shapes the next plan and every one after, a pipeline's too, until it ends or is cleared.",
    body: jsonBody(Override),
    answers: { 200: { description: "The override.", schema: "Override" } },
    handler: async ({ ports, caller, params, body }) =>
      json(200, await putOverride(ports, caller, params.name, body)),
  }),
  write({
    method: "DELETE",
    path: "/v1/workloads/{name}/overrides",
    guard: "workloads:write",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    summary: "Clear all overrides",
    answers: { 204: { description: "None is left." } },
    handler: async ({ ports, caller, params }) => {
      await clearOverrides(ports, caller, params.name);
      return noContent();
    },
  }),
];
