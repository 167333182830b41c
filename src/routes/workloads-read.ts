import { describe, listRevisions, listWorkloads } from "../broker/describe.ts";
import { PROVIDERS } from "../domain/place.ts";
import { PLAN_STATES } from "../domain/plan.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { etagOf } from "./preconditions.ts";
import type { ReadRoutePorts } from "./route-ports.ts";
import { readSelector } from "./selector.ts";

const read = endpoint<ReadRoutePorts>();

/** Reads of workloads: they go on while adapters and control are down. */
export const workloadReads: readonly Endpoint<ReadRoutePorts>[] = [
  read({
    method: "GET",
    path: "/v1/workloads",
    guard: "workloads:read",
    runs: "edge",
    tag: "workloads",
    inEnvironment: true,
    summary: "List workloads",
    description: "In order of name. `next` is the name to go on after; it is absent on the last page.",
    query: {
      selector: { type: "string", description: "Labels that must all match: `team=shop,tier=web`." },
      target: { type: "string", description: "Only those with a unit at this target." },
      provider: { type: "string", description: "Only those with a unit at this provider.", enum: PROVIDERS },
      region: { type: "string", description: "Only those with a unit in this region." },
      state: { type: "string", description: "Only those whose plan is in this state.", enum: PLAN_STATES },
      after: { type: "string", description: "Go on after this name.", maxLength: 63 },
      limit: { type: "integer", description: "Workloads a page.", minimum: 1, maximum: 100, default: 50 },
    },
    answers: { 200: { description: "One page.", schema: "WorkloadPage" } },
    handler: async ({ ports, caller, query }) => {
      const { selector, ...rest } = query;
      return json(200, await listWorkloads(ports, caller, { ...rest, labels: readSelector(selector) }));
    },
  }),
  read({
    method: "GET",
    path: "/v1/workloads/{name}",
    guard: "workloads:read",
    runs: "edge",
    tag: "workloads",
    inEnvironment: true,
    summary: "Describe a workload",
    description:
      "Spec and overrides side by side, the plan in force, its units, the address and the commit it came from.",
    answers: {
      200: {
        description: "The workload. Its ETag is its generation.",
        schema: "Workload",
        headers: { etag: "The generation, quoted; send it as If-Match to change exactly this." },
      },
    },
    handler: async ({ ports, caller, params }) => {
      const workload = await describe(ports, caller, params.name);
      return json(200, workload, { etag: etagOf(workload.generation) });
    },
  }),
  read({
    method: "GET",
    path: "/v1/workloads/{name}/revisions",
    guard: "workloads:read",
    runs: "edge",
    tag: "workloads",
    inEnvironment: true,
    summary: "List revisions",
    description: "Newest first: hash, image, digest and the commit each came from.",
    query: {
      limit: { type: "integer", description: "Revisions at most.", minimum: 1, maximum: 100, default: 20 },
    },
    answers: { 200: { description: "The revisions.", schema: "RevisionList" } },
    handler: async ({ ports, caller, params, query }) =>
      json(200, { revisions: await listRevisions(ports, caller, params.name, query.limit) }),
  }),
];
