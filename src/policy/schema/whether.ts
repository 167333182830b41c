import { z } from "zod";
import { parseCron } from "../../domain/cron.ts";
import { checkedText, listOf, wholeNumber } from "../../domain/spec-schema/fields.ts";
import { timeZoneProblem } from "../../domain/time-zone.ts";
import type { FreezeRule } from "../rules/rule.ts";
import { cel, changeKinds, MAX_RULES, message, ruleName, someChangeKinds } from "./parts.ts";

const MAX_SCHEDULE_CHARS = 128;
const MAX_ZONE_CHARS = 132;
const MAX_APPROVALS = 10;
const HOURS_A_MONTH = 744;

const rule = z
  .strictObject({
    name: ruleName.describe("What people call it."),
    on: someChangeKinds.describe("Kinds of change it speaks of."),
    when: cel
      .optional()
      .describe(
        "CEL over `change`, `actor`, `source`, `image`, `environment`, `workload` and `now`; always where left out.",
      ),
    effect: z
      .enum(["deny", "approve", "warn"])
      .describe("deny refuses, approve holds the plan until somebody else agrees, warn says so."),
    mode: z
      .enum(["enforce", "audit"])
      .optional()
      .describe("audit only writes down what enforce would have done."),
    message: message.describe("What the person whose change it is reads."),
    approvals: wholeNumber(1, MAX_APPROVALS)
      .optional()
      .describe(
        "How many people must approve: the change, for effect approve (1 where left out); an exception, for effect deny.",
      ),
  })
  .refine((one) => one.approvals === undefined || one.effect !== "warn", {
    path: ["approvals"],
    error: "counts for effect approve and deny only; leave it out",
  });

const instant = z.iso.datetime({
  offset: true,
  error: "write a time with its offset, such as 2026-12-24T00:00:00Z",
});
const freeze = z
  .strictObject({
    name: ruleName.describe("What people call it."),
    on: changeKinds
      .optional()
      .describe("Kinds of change that wait; where left out, all but failover and drain."),
    message: message.describe("What the person who waits reads."),
    from: instant.optional().describe("When it begins."),
    until: instant.optional().describe("When it has ended."),
    schedule: checkedText(MAX_SCHEDULE_CHARS, scheduleProblem)
      .optional()
      .describe("Instead of `from`: a five-field cron schedule of beginnings."),
    hours: z.number().gt(0).max(HOURS_A_MONTH).optional().describe("How long each of them lasts."),
    timeZone: checkedText(MAX_ZONE_CHARS, timeZoneProblem)
      .optional()
      .describe("Of the schedule: an IANA name; UTC where left out."),
  })
  .transform((one, context) => {
    const { name, on, message: sentence, ...times } = one;
    const window = windowOf(times);
    if (typeof window === "object") return { name, on, message: sentence, window };
    context.addIssue({ code: "custom", message: window });
    return z.NEVER;
  });

/** Whether a change may happen, and when none may. Those of all layers add up. */
export const WHETHER_FIELDS = {
  rules: listOf(rule, MAX_RULES).optional().describe("Whether a change may happen now."),
  freezes: listOf(freeze, MAX_RULES).optional().describe("Times in which changes wait."),
};

interface Times {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly schedule?: string | undefined;
  readonly hours?: number | undefined;
  readonly timeZone?: string | undefined;
}

function windowOf({ from, until, schedule, hours, timeZone }: Times): FreezeRule["window"] | string {
  const once = from !== undefined && until !== undefined;
  const again = schedule !== undefined && hours !== undefined;
  if (once && (schedule ?? hours ?? timeZone) === undefined) {
    const window = { from: Date.parse(from), until: Date.parse(until) };
    return window.from < window.until ? window : "until must be later than from";
  }
  if (again && (from ?? until) === undefined) return { schedule, hours, timeZone: timeZone ?? "UTC" };
  return "say from and until, or schedule and hours with a timeZone";
}

function scheduleProblem(schedule: string): string | undefined {
  const parsed = parseCron(schedule);
  return typeof parsed === "string" ? parsed : undefined;
}
