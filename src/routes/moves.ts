import { z } from "zod";
import { migrate, previewMigration } from "../broker/migrate.ts";
import { planWithPlacement } from "../broker/plan-view.ts";
import type { Ports } from "../broker/ports.ts";
import { rollback } from "../broker/rollback.ts";
import { accepted, COMMITTED, PLAN_ANSWERS } from "./accepted.ts";
import { json } from "./answer.ts";
import { instant, placeMatch, sentence } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { emergencyField, emergencyOf } from "./emergency.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();

const Migrate = z.strictObject({
  to: placeMatch.describe("Where to: a target, a provider or a region, or several of them."),
  reason: sentence.optional(),
  emergency: emergencyField,
  until: instant.optional().describe("When the pin that this leaves ends by itself."),
  dryRun: z
    .boolean()
    .optional()
    .describe("Only answer what the move would mean: place, price, and why not elsewhere."),
});
const Rollback = z.strictObject({
  revision: z
    .string()
    .regex(/^[0-9a-z-]{1,80}$/, { error: "write a revision's hash or number" })
    .optional()
    .describe("Hash or number; the one before the current when left out."),
  emergency: emergencyField,
});

/** Moving a workload to another place, and back to an earlier revision. */
export const moveWrites: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/workloads/{name}/migrate",
    guard: "workloads:write",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    summary: "Move a workload",
    description:
      "Without a failed request: the new place serves before the old one goes. Leaves a pin, so that the next deploy does not undo it.",
    body: jsonBody(Migrate),
    answers: {
      200: { description: "Dry run: what the move would mean.", schema: "Placement" },
      ...COMMITTED,
    },
    handler: async ({ ports, caller, principal, params, body: { dryRun, ...body } }) => {
      const request = { ...body, emergency: emergencyOf(principal, body.emergency) };
      return dryRun === true
        ? json(200, planWithPlacement(await previewMigration(ports, caller, params.name, request)))
        : accepted(await migrate(ports, caller, params.name, request));
    },
  }),
  write({
    method: "POST",
    path: "/v1/workloads/{name}/rollback",
    guard: "workloads:write",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    summary: "Go back to an earlier revision",
    body: jsonBody(Rollback, { optional: true }),
    answers: PLAN_ANSWERS,
    handler: async ({ ports, caller, principal, params, body }) => {
      const emergency = emergencyOf(principal, body.emergency);
      return accepted(await rollback(ports, caller, params.name, { ...body, emergency }));
    },
  }),
];
