import { itemAt } from "../at.ts";
import { parseCron, type Cron } from "../../domain/cron.ts";
import { instantOf, localMinute, type LocalMinute } from "./local-time.ts";
import type { FreezeRule } from "./rule.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * When the freeze that holds at `now` ends, ms; undefined when it does not hold. A schedule that opens again before the last window is
 * over goes on: then this is the end of the latest window.
 */
export function frozenUntil({ window }: Pick<FreezeRule, "window">, now: number): number | undefined {
  if ("from" in window) return window.from <= now && now < window.until ? window.until : undefined;
  const cron = parseCron(window.schedule);
  // It was read when the policy was put; one that cannot be read any more must not let everything through.
  if (typeof cron === "string") return Number.POSITIVE_INFINITY;
  const lengthMs = window.hours * HOUR_MS;
  const opened = lastOpening(cron, window.timeZone, now, lengthMs);
  return opened === undefined ? undefined : opened + lengthMs;
}

/** The latest opening at or before `now` whose window still holds. */
function lastOpening(cron: Cron, timeZone: string, now: number, lengthMs: number): number | undefined {
  const today = localMinute(now, timeZone);
  // A day more on each side: a window is counted in real hours, days on clocks that may be changed in between.
  const days = Math.ceil(lengthMs / DAY_MS) + 1;
  for (let back = 0; back <= days; back += 1) {
    const day = new Date(Date.UTC(today.year, today.month - 1, today.day - back));
    if (!isOn(cron, day)) continue;
    const opened = lastOn(cron, timeZone, day, now);
    if (opened !== undefined) return now < opened + lengthMs ? opened : undefined;
  }
  return undefined;
}

// As cron has it: when both day fields are restricted, either may match.
function isOn(cron: Cron, day: Date): boolean {
  if (!cron.months.includes(day.getUTCMonth() + 1)) return false;
  const ofMonth = cron.daysOfMonth.includes(day.getUTCDate());
  const ofWeek = cron.daysOfWeek.includes(day.getUTCDay());
  return cron.eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
}

/** The last opening of a day that is not after `now`. */
function lastOn(cron: Cron, timeZone: string, day: Date, now: number): number | undefined {
  const date = { year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() };
  for (const hour of cron.hours.toReversed()) {
    const at = (minute: number) => instantOf({ ...date, hour, minute } satisfies LocalMinute, timeZone);
    // One look tells for the whole hour, unless it is the one that is running.
    if (at(itemAt(cron.minutes, 0)) > now) continue;
    const minute = cron.minutes.findLast((one) => at(one) <= now);
    if (minute !== undefined) return at(minute);
  }
  return undefined;
}
