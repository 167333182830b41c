import { z } from "zod";
import { dryRun } from "../broker/dry-run.ts";
import { planWithPlacement } from "../broker/plan-view.ts";
import type { Ports } from "../broker/ports.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { pointingAt, specBody, specField } from "./spec-body.ts";

const write = endpoint<Ports>();

const DryRun = z.strictObject({
  spec: specField,
  policy: z.unknown().optional().describe("A what-if policy; the plan made with one can never be committed."),
});

/** The dry run: the same as a deploy, without the commit. */
export const planWrites: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/plans",
    guard: "plans:write",
    runs: "control",
    tag: "plans",
    inEnvironment: true,
    summary: "Plan without deploying",
    description:
      "Where the spec would run now, at what price, and why not elsewhere. `PUT /v1/workloads/{name}` with the plan's id commits " +
      "exactly this, or refuses with the difference. The spec may also be the whole body: `curl -T berth.yaml`.",
    body: specBody(DryRun),
    answers: { 200: { description: "The plan and the placement it came from.", schema: "Placement" } },
    handler: async ({ ports, caller, body }) => {
      const { at, spec, policy } = body;
      const plan = await pointingAt(at, () => dryRun(ports, caller, { spec, policy }));
      return json(200, planWithPlacement(plan));
    },
  }),
];
