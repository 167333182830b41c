import { z } from "zod";
import { billing, place, refusal, usd } from "./parts.ts";

const spot = z
  .strictObject({
    offer: z.string(),
    places: z.array(place).describe("The chosen one, and the others where its replicas are divided."),
    billing,
    expectedUsd: usd,
  })
  .meta({ id: "SimulatedSpot" });

const subject = {
  environment: z.string(),
  workload: z.string(),
  plan: z.string().optional().describe("The past plan, where receipts were decided again."),
};

const effect = z
  .strictObject({
    ...subject,
    outcome: z.enum(["unchanged", "repriced", "moves", "unplaceable"]),
    from: spot.optional().describe("Where the next plan would put it as things stand."),
    to: spot.optional().describe("Where it would go with the change."),
    because: z.string(),
    differenceUsd: usd.optional().describe("USD a month more with the change; less where it is negative."),
    violation: z
      .strictObject({ place, reasons: z.array(refusal), already: z.boolean() })
      .optional()
      .describe("Why the place where it runs would be forbidden; `already` when it is so today."),
    unplaceable: z
      .strictObject({
        already: z.boolean(),
        groups: z.array(z.strictObject({ offers: z.int(), reasons: z.array(refusal) })),
      })
      .optional(),
  })
  .meta({ id: "SimulatedEffect" });

export const simulationAnswers = {
  Simulation: z.strictObject({
    policy: z.string(),
    over: z.enum(["fleet", "receipts"]),
    changes: z.array(z.string()).describe("What was changed, in words."),
    totals: z.strictObject({
      workloads: z.int(),
      unchanged: z.int(),
      repriced: z.int(),
      moves: z.int(),
      unplaceable: z.int(),
      violations: z.int(),
      beforeUsd: usd,
      afterUsd: usd,
      differenceUsd: usd.describe("The sum of the workloads' differences."),
    }),
    changed: z.array(effect).describe("All that would not stay as they are."),
    warnings: z.array(z.string()),
    missing: z
      .array(z.strictObject({ ...subject, because: z.string() }))
      .describe("What could not be judged, and why."),
    complete: z.boolean().describe("False when time or the limit ended it early."),
    next: z.string().optional().describe("`after` of the simulation that goes on."),
  }),
};
