import { z } from "zod";
import { time } from "./parts.ts";

const exception = z
  .strictObject({
    id: z.string(),
    rule: z.string(),
    select: z.strictObject({
      environments: z.array(z.string()).optional(),
      workloads: z.array(z.string()).optional(),
    }),
    reason: z.string(),
    until: time,
    createdAt: time,
    state: z
      .enum(["waiting", "standing", "ended"])
      .describe("`waiting` lifts nothing yet: a rule of that name asks for approvals that it lacks."),
    stateReason: z.string().optional().describe("What one that is waiting waits for."),
    missingApprovals: z.int().optional().describe("How many people must still approve one that is waiting."),
    endedAt: time.optional(),
    requester: z.string(),
    approvals: z.array(z.strictObject({ actor: z.string(), at: time })),
    warnings: z
      .array(z.string())
      .optional()
      .describe("When it is made: that no stored policy has a rule or freeze of that name."),
  })
  .meta({ id: "Exception" });

export const whetherAnswers = {
  Exception: exception,
  ExceptionList: z.strictObject({ exceptions: z.array(exception) }),
  Automation: z.strictObject({
    enabled: z.boolean(),
    reason: z.string().optional(),
    actor: z.string().optional(),
    changedAt: time.optional(),
  }),
};
