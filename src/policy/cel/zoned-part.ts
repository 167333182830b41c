import { localMinute, type LocalMinute } from "../../domain/local-time.ts";

/** The part of a timestamp that a method such as `getHours("Europe/Berlin")` asks for; undefined where there is no such method. */
export function zonedPart(method: string): ((at: unknown, timeZone: unknown) => bigint) | undefined {
  const part = PARTS[method];
  if (part === undefined) return undefined;
  return (at, timeZone) => {
    if (!(at instanceof Date)) throw new TypeError(`${method} is a question about a time`);
    return BigInt(part(localMinute(at.getTime(), String(timeZone))));
  };
}

/** As CEL has them (cel-spec, "Timestamp and duration functions"): months and days of a month count from 0, dates from 1, Sunday is 0. */
const PARTS: Readonly<Record<string, ((local: LocalMinute) => number) | undefined>> = {
  getFullYear: ({ year }) => year,
  getMonth: ({ month }) => month - 1,
  getDate: ({ day }) => day,
  getDayOfMonth: ({ day }) => day - 1,
  getDayOfWeek: ({ year, month, day }) => new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
  getHours: ({ hour }) => hour,
  getMinutes: ({ minute }) => minute,
};
