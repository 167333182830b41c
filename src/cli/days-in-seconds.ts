import { usage } from "./refusal.ts";

const DAY_SECONDS = 86_400;
const MOST_DAYS = 3_650;

/** A number of days in seconds. Throws a usage `Refusal` for what is none. */
export function daysInSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MOST_DAYS) return days * DAY_SECONDS;
  throw usage(`--days takes a number from 1 to ${MOST_DAYS}, not ${JSON.stringify(text)}`);
}
