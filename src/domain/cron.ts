/** Longest schedule worth reading. */
const MAX_CRON_CHARS = 128;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** Most days each month can have. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
}
// POSIX crontab(5) ranges; names and 7 for Sunday as in every cron in use.
const FIELDS: readonly Field[] = [
  { name: "minute", from: 0, to: 59, words: [] },
  { name: "hour", from: 0, to: 23, words: [] },
  { name: "day of month", from: 1, to: 31, words: [] },
  { name: "month", from: 1, to: 12, words: MONTHS },
  { name: "day of week", from: 0, to: 7, words: DAYS },
];

/** A schedule taken apart: the values each field allows, sorted. Sunday is 0. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  readonly daysOfWeek: readonly number[];
  /** True when both day fields are restricted: then either may match, as cron has it. */
  readonly eitherDay: boolean;
}

/** The values of a five-field schedule, or the sentence that says what is wrong with it. */
export function parseCron(schedule: string): Cron | string {
  if (schedule.length > MAX_CRON_CHARS) return `a schedule has at most ${MAX_CRON_CHARS} characters`;
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    return "a schedule has five fields, minute hour day-of-month month day-of-week, such as 0 3 * * *";
  }
  const values = FIELDS.map((field, index) => fieldValues(parts[index] ?? "", field));
  const wrong = values.find((value) => typeof value === "string");
  if (wrong !== undefined) return wrong;
  const [minutes = [], hours = [], daysOfMonth = [], months = [], days = []] = values.filter(
    (value) => typeof value !== "string",
  );
  const eitherDay = !(parts[2] ?? "").startsWith("*") && !(parts[4] ?? "").startsWith("*");
  const cron = {
    minutes,
    hours,
    daysOfMonth,
    months,
    daysOfWeek: sorted(days.map((day) => day % 7)),
    eitherDay,
  };
  return happens(cron) ? cron : "no month of this schedule has that day, so it would never run";
}

function fieldValues(text: string, field: Field): readonly number[] | string {
  const values: number[] = [];
  for (const part of text.split(",")) {
    const range = partValues(part.toLowerCase(), field);
    if (range === undefined) {
      return `${JSON.stringify(part)} is no ${field.name}; use ${field.from}-${field.to}, *, lists, ranges and steps`;
    }
    values.push(...range);
  }
  return sorted(values);
}

function partValues(part: string, field: Field): readonly number[] | undefined {
  const [range = "", stepText, ...more] = part.split("/");
  const step = stepText === undefined ? 1 : wholeNumber(stepText);
  const [from, to, ...rest] =
    range === "*" ? [field.from, field.to] : range.split("-").map((word) => valueOf(word, field));
  if (more.length > 0 || rest.length > 0 || step === undefined || step < 1 || from === undefined)
    return undefined;
  // `5/15` means from 5 to the end, as every cron that takes it reads it.
  const last = to ?? (range.includes("-") ? undefined : stepText === undefined ? from : field.to);
  if (last === undefined || from < field.from || last > field.to || last < from) return undefined;
  return Array.from({ length: Math.floor((last - from) / step) + 1 }, (_, index) => from + index * step);
}

function valueOf(word: string, field: Field): number | undefined {
  const named = field.words.indexOf(word);
  return named === -1 ? wholeNumber(word) : named + field.from;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}

function happens(cron: Cron): boolean {
  const first = cron.daysOfMonth[0] ?? 1;
  return cron.eitherDay || cron.months.some((month) => first <= (LONGEST[month - 1] ?? 0));
}

function sorted(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
