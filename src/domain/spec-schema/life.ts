import { z } from "zod";
import { parseCron } from "../cron.ts";
import { timeZoneProblem } from "../time-zone.ts";
import { checkedText, listOf, wholeNumber } from "./fields.ts";
import * as limits from "./limits.ts";

/** The most of a usage figure: enough for any workload, and small enough that prices stay numbers. */
const MAX_USAGE = 1_000_000_000_000;
const usageNumber = z.number().min(0).max(MAX_USAGE);

export const scale = z
  .strictObject({
    min: wholeNumber(0, limits.MAX_REPLICAS)
      .optional()
      .describe("Fewest replicas; 1 if absent, 0 scales to zero."),
    max: wholeNumber(1, limits.MAX_REPLICAS)
      .optional()
      .describe("Most replicas; the greater of min and 1 if absent."),
    concurrency: wholeNumber(1, limits.MAX_CONCURRENCY)
      .optional()
      .describe("Requests at once that one replica should have; a limit where the provider has one."),
    cpuPercent: wholeNumber(1, 100).optional().describe("CPU use, in percent, at which replicas are added."),
  })
  .optional()
  .describe("How many replicas run.");

export const job = z
  .strictObject({
    retries: wholeNumber(0, limits.MAX_RETRIES).default(3).describe("Attempts after the first one."),
    timeoutSeconds: wholeNumber(1, limits.MAX_JOB_SECONDS)
      .default(3_600)
      .describe("Longest time of one attempt."),
    parallelism: wholeNumber(1, limits.MAX_PARALLELISM)
      .default(1)
      .describe("Containers of one run at a time."),
    schedule: checkedText(128, scheduleProblem)
      .optional()
      .describe("Five cron fields; without it the job runs on demand."),
    timeZone: checkedText(128, timeZoneProblem).default("UTC").describe("IANA time zone of the schedule."),
    overlap: z
      .enum(["allow", "forbid", "replace"])
      .default("forbid")
      .describe("What a scheduled run does when the last one still runs."),
    retryUnknown: z
      .boolean()
      .default(false)
      .describe("Whether an attempt that vanished before it was read is tried again."),
  })
  .optional()
  .describe("How a job runs; only for kind job.");

export const rollout = z
  .strictObject({
    strategy: z
      .enum(["rolling", "canary", "recreate"])
      .default("rolling")
      .describe("rolling replaces, canary waits at each step, recreate stops the old first."),
    percents: listOf(wholeNumber(1, 100), limits.MAX_PERCENT_STEPS)
      .optional()
      .describe(
        "Share of traffic at each step, ascending to 100. [100] if absent; [10, 50, 100] for canary.",
      ),
    bakeSeconds: wholeNumber(0, limits.MAX_ROLLOUT_SECONDS)
      .optional()
      .describe("Time each step is watched. 0 if absent; 60 for canary."),
    deadlineSeconds: wholeNumber(1, limits.MAX_ROLLOUT_SECONDS)
      .default(900)
      .describe("Time after which a rollout that is not ready ends by itself."),
    order: z
      .enum(["start-first", "stop-first"])
      .optional()
      .describe("start-first if absent; stop-first for singletons, disks and recreate."),
    onFailure: z.enum(["rollback", "hold"]).default("rollback").describe("What a failed rollout does."),
  })
  .prefault({})
  .describe("How a new revision takes over.");

export const usage = z
  .strictObject({
    requestsPerMonth: usageNumber.optional().describe("Requests a month."),
    requestMs: usageNumber.optional().describe("Mean time of a request in milliseconds."),
    egressGiBPerMonth: usageNumber.optional().describe("GiB sent to the internet a month."),
    hoursPerDay: z.number().min(0).max(24).optional().describe("Hours a day with traffic."),
  })
  .default({})
  .describe("What you expect of the traffic: a hint for prices until there are measurements.");

function scheduleProblem(schedule: string): string | undefined {
  const parsed = parseCron(schedule);
  return typeof parsed === "string" ? parsed : undefined;
}
