import { parseCron } from "../../domain/cron.ts";
import { lastTime } from "../../domain/cron-times.ts";
import type { FreezeRule } from "./rule.ts";

const HOUR_MS = 3_600_000;

/**
 * When the freeze that holds at `now` ends, ms; undefined when it does not hold. A schedule that opens again before the last window is
 * over goes on: then this is the end of the latest window.
 */
export function frozenUntil({ window }: Pick<FreezeRule, "window">, now: number): number | undefined {
  if ("from" in window) return window.from <= now && now < window.until ? window.until : undefined;
  // It was read when the policy was put; one that cannot be read any more must not let everything through.
  if (typeof parseCron(window.schedule) === "string") return Number.POSITIVE_INFINITY;
  const opened = lastTime(window, now);
  const end = opened === undefined ? undefined : opened + window.hours * HOUR_MS;
  return end !== undefined && now < end ? end : undefined;
}
