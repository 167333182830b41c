import { startOfDay } from "../domain/spend.ts";

/** A calendar month in UTC: `2026-11`, and its first moment and that of the next, ms. */
export interface Month {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The month an instant falls in. */
export function monthOf(ms: number): Month {
  const name = new Date(ms).toISOString().slice(0, "2026-11".length);
  const from = Date.parse(`${name}-01T00:00:00Z`);
  // No month is longer than 31 days, and none of them shorter than the days added beyond that.
  const inNext = startOfDay(from + 40 * DAY_MS);
  const to = Date.parse(`${new Date(inNext).toISOString().slice(0, name.length)}-01T00:00:00Z`);
  return { name, from, to };
}

export const DAY_MS = 86_400_000;
