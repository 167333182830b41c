import { z } from "zod";
import { deploy, patchWorkload } from "../broker/deploy.ts";
import { destroy } from "../broker/destroy.ts";
import type { Ports } from "../broker/ports.ts";
import { Fault } from "../domain/fault.ts";
import { accepted, PLAN_ANSWERS } from "./accepted.ts";
import { source } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { emergencyField, emergencyOf } from "./emergency.ts";
import { jsonBody } from "./json-body.ts";
import { expectedCount } from "./preconditions.ts";
import { pointingAt, specBody, specField } from "./spec-body.ts";

const write = endpoint<Ports>();

const revisionFields = {
  source: source.optional().describe("Where this comes from; an older `sequence` than the last is refused."),
  redeploy: z.boolean().optional().describe("Start every unit anew, although nothing changed."),
  emergency: emergencyField,
};
const Put = z.strictObject({
  spec: specField,
  plan: z.string().max(64).optional().describe("A dry run's id instead of a spec: commit exactly that."),
  ...revisionFields,
});
const Patch = z.strictObject({
  spec: z.record(z.string(), z.unknown()).optional().describe("A JSON merge patch (RFC 7386) of the spec."),
  ...revisionFields,
});

/** Creating, changing and removing workloads. */
export const workloadWrites: readonly Endpoint<Ports>[] = [
  write({
    method: "PUT",
    path: "/v1/workloads/{name}",
    guard: "workloads:write",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    matches: "generation",
    summary: "Create or change a workload",
    description:
      "The same spec again changes nothing and answers 200. The spec may also be the whole body: `curl -T berth.yaml`.",
    body: specBody(Put),
    answers: PLAN_ANSWERS,
    handler: async ({ ports, caller, principal, params, body, request }) => {
      const { at, plan, spec, source, redeploy } = body;
      const emergency = emergencyOf(principal, body.emergency);
      const options = { ifGeneration: expectedCount(request.headers), emergency };
      const wanted = plan === undefined ? { spec, source, redeploy } : { plan };
      if (plan !== undefined && (spec !== undefined || source !== undefined || redeploy !== undefined))
        throw new Fault("invalid-body", "A plan is committed as it was shown; send it alone.", {
          problems: [{ pointer: "/plan", message: "send either plan or spec" }],
        });
      return accepted(await pointingAt(at, () => deploy(ports, caller, params.name, wanted, options)));
    },
  }),
  write({
    method: "PATCH",
    path: "/v1/workloads/{name}",
    guard: "workloads:write",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    matches: "generation",
    summary: "Change parts of a workload",
    description:
      'Merges into the stored spec: `{"spec": {"image": "..."}}` is most of a pipeline. null takes a field out.',
    body: jsonBody(Patch),
    answers: PLAN_ANSWERS,
    handler: async ({ ports, caller, principal, params, body, request }) => {
      const emergency = emergencyOf(principal, body.emergency);
      const options = { ifGeneration: expectedCount(request.headers), emergency };
      return accepted(
        await pointingAt("/spec", () => patchWorkload(ports, caller, params.name, body, options)),
      );
    },
  }),
  write({
    method: "DELETE",
    path: "/v1/workloads/{name}",
    guard: "workloads:delete",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    summary: "Remove a workload",
    description:
      "Traffic stops first, requests finish, then its units go. The answer is the plan that does it.",
    query: {
      confirm: {
        type: "string",
        description: "The workload's name once more, where the environment is protected.",
      },
    },
    answers: PLAN_ANSWERS,
    handler: async ({ ports, caller, params, query }) =>
      accepted(await destroy(ports, caller, params.name, { confirm: query.confirm })),
  }),
];
