import { z } from "zod";
import { place, refusal, time } from "./parts.ts";

const policy = z.strictObject({
  name: z.string(),
  owner: z.enum(["instance", "project"]),
  version: z.int(),
  hash: z.string().describe("SHA-256 of the canonical document: plans and receipts name it."),
  mandatory: z.boolean().describe("Whether it selects where it holds, rather than being named."),
  actor: z.string(),
  changedAt: time,
  document: z.record(z.string(), z.unknown()).describe("As it was sent; /schemas/policy.json describes it."),
});

const violation = z
  .strictObject({
    environment: z.string(),
    workload: z.string(),
    policy: z.string(),
    version: z.int().describe("Of the policy, when it was looked at."),
    plan: z.string(),
    place,
    reasons: z.array(refusal),
    since: time,
  })
  .meta({ id: "Violation" });

export const policyAnswers = {
  Policy: policy.extend({
    violations: z
      .array(violation)
      .describe("What runs where this policy forbids it, as of when it was stored, until its next plan."),
    warnings: z
      .array(z.strictObject({ code: z.enum(["policy-conflict", "unknown-name"]), message: z.string() }))
      .describe("Names that nobody has, and other policies that leave no place together with this one."),
    reviewed: z
      .boolean()
      .optional()
      .describe("After a change: whether all that runs was looked at in the time there was."),
  }),
  PolicyList: z.strictObject({ policies: z.array(policy) }),
};
