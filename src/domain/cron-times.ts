import { parseCron, type Cron } from "./cron.ts";
import { offsetMs } from "./local-time.ts";

/** When a job starts by itself: five cron fields, and the IANA zone they are read in. */
export interface Schedule {
  readonly schedule: string;
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HOURS_A_DAY = 24;
const LEAP_ROUND_DAYS = 4 * 365 + 1;
/** 29 February can be eight years away (1896 to 1904, 2096 to 2104): nothing that happens at all happens later. */
const MAX_DAYS = 8 * 366 + 2;

/**
 * The first moment of a schedule after `after`, ms; undefined for a schedule that cannot be read. Days are those of its zone. A time that
 * the clocks skip happens at the moment they move on, one that comes twice happens once; a schedule of every hour goes by real hours.
 */
export function nextTime(when: Schedule, after: number): number | undefined {
  return firstTime(when, after, 1, (times) => times.find((time) => time > after));
}

/** The last moment of a schedule up to `until`, itself included, ms; undefined for a schedule that cannot be read. */
export function lastTime(when: Schedule, until: number): number | undefined {
  return firstTime(when, until, -1, (times) => times.findLast((time) => time <= until));
}

function firstTime(
  { schedule, timeZone }: Schedule,
  from: number,
  step: 1 | -1,
  choose: (times: readonly number[]) => number | undefined,
): number | undefined {
  const cron = parseCron(schedule);
  if (typeof cron === "string") return undefined;
  const offsetAt = (instant: number) => offsetMs(instant, timeZone);
  const today = Math.floor((from + offsetAt(from)) / DAY_MS);
  // One day more on the near side: a moment that the clocks skipped can belong to the day before.
  for (let days = -1; days < MAX_DAYS; days += 1) {
    const day = today + step * days;
    if (!matchesDay(cron, day)) continue;
    const found = choose(timesOf(cron, day, offsetAt));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The share of all days on which a schedule has a moment, 0 to 1, over one round of leap years. */
export function scheduledDays(cron: Cron): number {
  const days = Array.from({ length: LEAP_ROUND_DAYS }, (_, day) => day);
  return days.filter((day) => matchesDay(cron, day)).length / LEAP_ROUND_DAYS;
}

/** Whether a day, counted from the epoch, is one of the schedule's: with both day fields restricted either is enough, as cron has it. */
function matchesDay(cron: Cron, day: number): boolean {
  const date = new Date(day * DAY_MS);
  if (!cron.months.includes(date.getUTCMonth() + 1)) return false;
  const ofMonth = cron.daysOfMonth.includes(date.getUTCDate());
  const ofWeek = cron.daysOfWeek.includes(date.getUTCDay());
  return cron.eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
}

type OffsetAt = (instant: number) => number;

function timesOf(cron: Cron, day: number, offsetAt: OffsetAt): readonly number[] {
  const midnight = day * DAY_MS;
  const [before, after] = [offsetAt(midnight - DAY_MS), offsetAt(midnight + 2 * DAY_MS)];
  const walls = cron.hours.flatMap((hour) =>
    cron.minutes.map((minute) => midnight + hour * HOUR_MS + minute * MINUTE_MS),
  );
  if (before === after) return walls.map((wall) => wall - before);
  const everyHour = cron.hours.length === HOURS_A_DAY;
  const times = walls.flatMap((wall) => instantsOf(wall, [before, after], offsetAt, everyHour));
  return [...new Set(times)].sort((a, b) => a - b);
}

// The instants at which clocks show this time: none where they jump over it, two where they are put back.
function instantsOf(
  wall: number,
  [before, after]: readonly [number, number],
  offsetAt: OffsetAt,
  everyHour: boolean,
): readonly number[] {
  const shown = [wall - before, wall - after]
    .filter((instant) => instant + offsetAt(instant) === wall)
    .sort((a, b) => a - b);
  if (everyHour) return shown;
  const [first = gapEnd(wall, [before, after], offsetAt)] = shown;
  return [first];
}

// The clocks jump somewhere in between; that the new offset holds is false before and true after.
function gapEnd(wall: number, [before, after]: readonly [number, number], offsetAt: OffsetAt): number {
  let [early, late] = [wall - after, wall - before];
  while (late - early > MINUTE_MS) {
    const middle = early + Math.floor((late - early) / MINUTE_MS / 2) * MINUTE_MS;
    if (offsetAt(middle) === after) late = middle;
    else early = middle;
  }
  return late;
}
