import { z } from "zod";
import { time } from "./parts.ts";

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

export const policyAnswers = {
  Policy: policy,
  PolicyList: z.strictObject({ policies: z.array(policy) }),
};
