import { z } from "zod";
import { time } from "./parts.ts";

const secret = z
  .strictObject({
    name: z.string(),
    environment: z.string(),
    version: z
      .int()
      .describe("In force. Numbers go on over all environments of a project, and none is given twice."),
    versions: z
      .array(z.strictObject({ version: z.int(), createdAt: time, createdBy: z.string() }))
      .describe("Those that are kept, the newest first."),
    shared: z
      .strictObject({
        environments: z.array(z.string()).optional(),
        classes: z.array(z.enum(["production", "staging", "preview"])).optional(),
      })
      .optional(),
    usedBy: z
      .array(z.strictObject({ environment: z.string(), workload: z.string(), versions: z.array(z.int()) }))
      .describe("Workloads with units that stand and were deployed with it."),
    createdAt: time,
    createdBy: z.string(),
    updatedAt: time,
    updatedBy: z.string(),
  })
  .meta({ id: "Secret" });

export const secretAnswers = {
  Secret: secret,
  SecretList: z.strictObject({ secrets: z.array(secret) }),
  SecretRollouts: z.strictObject({
    workloads: z.array(
      z.strictObject({
        workload: z.string(),
        outcome: z.enum(["changed", "held", "refused"]),
        plan: z.string().optional(),
        message: z.string().optional(),
      }),
    ),
    more: z.boolean().describe("Call again for the rest."),
  }),
  Rewrapped: z.strictObject({
    keyId: z.string().describe("The current key."),
    rewrapped: z.int(),
    unopened: z.int().describe("What no configured key opens; the log names it."),
    more: z.boolean().describe("Call again for the rest."),
  }),
};
