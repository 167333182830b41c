import { z } from "zod";
import { SyncRequest } from "../sync-body.ts";
import { time } from "./parts.ts";

const report = SyncRequest.shape.report.extend({
  seenAt: time,
  unrecognised: SyncRequest.shape.unrecognised.optional(),
});
const agent = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    pool: z.string(),
    joinedAt: time,
    state: z.enum(["never-heard", "alive", "silent"]),
    report: report.optional(),
  })
  .meta({ id: "Agent" });

export const agentAnswers = {
  AgentList: z.strictObject({ agents: z.array(agent) }),
  JoinToken: z.strictObject({
    joinToken: z.string().describe("Shown once."),
    pool: z.string(),
    name: z.string().optional(),
    expiresAt: time,
  }),
  JoinReply: z.strictObject({ agentId: z.string(), installation: z.string(), pool: z.string() }),
  SyncReply: z.strictObject({
    installation: z.string(),
    epoch: z.int(),
    leaseMs: z.int(),
    pollMs: z.int(),
    units: z.array(z.looseObject({ id: z.string(), name: z.string() })),
    doomed: z.array(z.strictObject({ id: z.string(), name: z.string(), stopGraceSeconds: z.int() })),
    secrets: z
      .array(
        z.union([
          z.strictObject({ unit: z.string(), values: z.record(z.string(), z.string()) }),
          z.strictObject({ unit: z.string(), because: z.string() }),
        ]),
      )
      .optional()
      .describe("Values of secrets, by reference, for units the agent did not say it has them of."),
  }),
};
