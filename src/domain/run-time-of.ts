import { parseCron } from "./cron.ts";
import { scheduledDays } from "./cron-times.ts";
import type { RunNeeds } from "./needs.ts";
import type { Spec } from "./spec.ts";

const SECONDS_PER_HOUR = 3_600;
const HOURS_PER_DAY = 24;
/** A month of 730 hours, as every price of Berth counts it. */
const MONTH_SECONDS = 730 * SECONDS_PER_HOUR;
const DAYS_PER_MONTH = 730 / HOURS_PER_DAY;
/** Less than this is not told apart: a price by the second is worked out of it. */
const LEAST_SECONDS = 60;

/** How long each container of a job runs in a month, by its schedule and the usage hint; undefined for what is no job. */
export function runTimeOf({ job, usage }: Pick<Spec, "job" | "usage">): RunNeeds | undefined {
  if (job === undefined) return undefined;
  const slots = slotsPerMonth(job.schedule);
  const runs = slots ?? DAYS_PER_MONTH;
  const bounded = (seconds: number): number =>
    // Only runs that may overlap can last longer, together, than the month.
    job.overlap === "allow" && slots !== undefined ? seconds : Math.min(MONTH_SECONDS, seconds);
  const whole = (seconds: number): number => Math.max(LEAST_SECONDS, Math.ceil(bounded(seconds)));
  const most = slots === undefined ? MONTH_SECONDS : slots * job.timeoutSeconds * (1 + job.retries);
  if (usage.hoursPerDay !== undefined) {
    const hinted = Math.ceil((usage.hoursPerDay / HOURS_PER_DAY) * MONTH_SECONDS);
    return {
      perMonth: Math.ceil(runs),
      expectedSeconds: Math.max(LEAST_SECONDS, hinted),
      mostSeconds: Math.max(hinted, whole(most)),
      assumes: [],
    };
  }
  if (slots === undefined)
    return {
      perMonth: Math.ceil(runs),
      expectedSeconds: Math.ceil(DAYS_PER_MONTH * SECONDS_PER_HOUR),
      mostSeconds: MONTH_SECONDS,
      assumes: ["expected: the job is taken to run once a day for an hour (set usage.hoursPerDay)"],
    };
  return {
    perMonth: Math.ceil(runs),
    expectedSeconds: whole(slots * job.timeoutSeconds),
    mostSeconds: whole(most),
    assumes: ["expected: each scheduled run is taken to last job.timeoutSeconds (set usage.hoursPerDay)"],
  };
}

function slotsPerMonth(schedule: string | undefined): number | undefined {
  const cron = schedule === undefined ? undefined : parseCron(schedule);
  if (cron === undefined || typeof cron === "string") return undefined;
  return cron.minutes.length * cron.hours.length * scheduledDays(cron) * DAYS_PER_MONTH;
}
