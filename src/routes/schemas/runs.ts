import { z } from "zod";
import { RUN_STATES } from "../../domain/run.ts";
import { time } from "./parts.ts";

const fields = {
  id: z.string(),
  workload: z.string(),
  environment: z.string(),
  state: z.enum(RUN_STATES),
  stateReason: z.string().optional(),
  trigger: z.enum(["manual", "schedule"]),
  scheduledFor: time.optional().describe("The moment of its schedule it was started for."),
  actor: z.string(),
  reason: z.string(),
  plan: z.string().describe("The plan it keeps: place, digest and secrets."),
  generation: z.int(),
  revision: z.string(),
  parallelism: z.int(),
  retries: z.int(),
  timeoutSeconds: z.int(),
  stop: z.strictObject({ actor: z.string(), reason: z.string(), at: time }).optional(),
  createdAt: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
};
const run = z.strictObject(fields).meta({ id: "Run" });

const attempt = z
  .strictObject({
    attempt: z.int().describe("Counts over the whole run, from 1."),
    index: z.int().describe("Which of the run's containers, from 0."),
    name: z.string().describe("Its name at the provider."),
    phase: z.enum(["starting", "running", "succeeded", "failed", "stopped", "unknown"]),
    exitCode: z.int().optional(),
    reason: z.string().optional(),
    startedAt: time.optional(),
    endedAt: time.optional(),
    lastLines: z.array(z.string()),
  })
  .meta({ id: "Attempt", description: "One try of one container of a run." });

export const runAnswers = {
  RunAccepted: z.strictObject({ run }),
  RunPage: z.strictObject({ runs: z.array(run), next: z.int().optional() }),
  RunWithAttempts: z.strictObject({ ...fields, attempts: z.array(attempt) }),
};
