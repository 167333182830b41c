import { z } from "zod";
import {
  deleteEnvironment,
  listEnvironments,
  putEnvironment,
  readEnvironment,
} from "../broker/environments.ts";
import type { Ports } from "../broker/ports.ts";
import { json, noContent } from "./answer.ts";
import { labels } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();
/** A preview lives a year at most. */
const MAX_TTL_HOURS = 8_784;

const Environment = z.strictObject({
  class: z.enum(["production", "staging", "preview"]).optional(),
  protected: z.boolean().optional().describe("Removing a workload here asks for its name once more."),
  ttlHours: z.int().min(1).max(MAX_TTL_HOURS).optional(),
  labels: labels.optional().describe("Set by administrators; policies select on them."),
});

/** Parts of a project. */
export const environmentEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "GET",
    path: "/v1/environments",
    guard: "environments:read",
    runs: "control",
    tag: "environments",
    summary: "List environments",
    answers: { 200: { description: "The environments.", schema: "EnvironmentList" } },
    handler: async ({ ports, caller }) => json(200, { environments: await listEnvironments(ports, caller) }),
  }),
  write({
    method: "GET",
    path: "/v1/environments/{name}",
    guard: "environments:read",
    runs: "control",
    tag: "environments",
    summary: "Read an environment",
    answers: { 200: { description: "The environment.", schema: "Environment" } },
    handler: async ({ ports, caller, params }) =>
      json(200, await readEnvironment(ports, caller, params.name)),
  }),
  write({
    method: "PUT",
    path: "/v1/environments/{name}",
    guard: "environments:write",
    runs: "control",
    tag: "environments",
    summary: "Make or replace an environment",
    body: jsonBody(Environment, { optional: true }),
    answers: {
      200: { description: "Replaced.", schema: "Environment" },
      201: { description: "Made.", schema: "Environment" },
    },
    handler: async ({ ports, caller, params, body }) => {
      const stored = await putEnvironment(ports, caller, params.name, body);
      return json(stored.created ? 201 : 200, stored.environment);
    },
  }),
  write({
    method: "DELETE",
    path: "/v1/environments/{name}",
    guard: "environments:write",
    runs: "control",
    tag: "environments",
    summary: "Remove an environment",
    description: "Refused while workloads live in it.",
    answers: { 204: { description: "Removed." } },
    handler: async ({ ports, caller, params }) => {
      await deleteEnvironment(ports, caller, params.name);
      return noContent();
    },
  }),
];
