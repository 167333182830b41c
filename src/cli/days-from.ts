import { usage } from "./refusal.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 3_650;

/** The ISO instant so many days after `now` (ms). Throws a usage `Refusal` for what is no number of days. */
export function daysFrom(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MOST_DAYS) return new Date(now + days * DAY_MS).toISOString();
  throw usage(`--days takes a number from 1 to ${MOST_DAYS}, not ${JSON.stringify(text)}`);
}
