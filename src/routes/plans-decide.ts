import { z } from "zod";
import { abortPlan } from "../broker/abort.ts";
import { approvePlan } from "../broker/approve.ts";
import { planView } from "../broker/plan-view.ts";
import type { Ports } from "../broker/ports.ts";
import { json } from "./answer.ts";
import { sentence } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();

// What lacks a hash the broker refuses: it says where to read it, and only of a plan that this caller may approve at all.
const Approve = z
  .strictObject({
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: "write a plan's hash: 64 lower-case hex digits" })
      .optional()
      .describe("The plan's `hash` as you saw it: another one is refused with `plan-changed`."),
  })
  .meta({ required: ["hash"] });
const Abort = z.strictObject({ reason: sentence.optional() });

/** Agreeing to a plan that waits, and giving one up. */
export const planDecisions: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/plans/{id}/approve",
    guard: "plans:approve",
    runs: "control",
    tag: "plans",
    summary: "Approve a held plan",
    description:
      "Nobody approves what they asked for, neither with the same token nor under the same name. The word is bound to the plan's hash, which " +
      "`GET /v1/plans/{id}` has beside what it shows. " +
      "Once nothing holds the plan it is drafted anew, and committed only if it still is what was approved; else it ends `expired`.",
    body: jsonBody(Approve, { optional: true }),
    answers: {
      200: { description: "Noted; it still waits for something else.", schema: "PlanDecided" },
      202: { description: "Committed; the reconciler does the rest.", schema: "PlanDecided" },
    },
    handler: async ({ ports, caller, params, body }) => {
      const plan = await approvePlan(ports, caller, params.id, body);
      return json(plan.state === "held" ? 200 : 202, { plan: planView(plan) });
    },
  }),
  write({
    method: "POST",
    path: "/v1/plans/{id}/abort",
    guard: "workloads:write",
    runs: "control",
    tag: "plans",
    summary: "Give up a plan",
    description:
      "One that is held ends at once. One that is under way goes back to the plan before it, as a rollout does that fails.",
    body: jsonBody(Abort, { optional: true }),
    answers: {
      200: { description: "It is given up.", schema: "PlanDecided" },
      202: {
        description: "It goes back; `?wait=ready` answers `plan-aborted` once it has.",
        schema: "PlanDecided",
      },
    },
    handler: async ({ ports, caller, params, body }) => {
      const plan = await abortPlan(ports, caller, params.id, body);
      return json(plan.state === "aborted" ? 200 : 202, { plan: planView(plan) });
    },
  }),
];
