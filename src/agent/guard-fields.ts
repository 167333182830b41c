import type { Because } from "../domain/feature.ts";

/** Says what is wrong with one value, or nothing. */
export type Rule = (value: unknown) => readonly Because[];

/** Judge an object against a closed list: a field that is not on it is refused, whatever its value. */
export function closed(
  where: string,
  rules: Readonly<Record<string, Rule>>,
  required: readonly string[],
): Rule {
  return (value) => {
    if (!isRecord(value)) return [`${where} must be an object`];
    const missing = required
      .filter((key) => value[key] === undefined)
      .map((key) => `${where}.${key} must be set`);
    const wrong = Object.entries(value).flatMap(([key, part]) => {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      return rule === undefined ? [`${where}.${key} is not allowed on this host`] : rule(part);
    });
    return [...missing, ...wrong];
  };
}

/** A rule that is one question. `says` is the refusal. */
export function must(says: Because, holds: (value: unknown) => boolean): Rule {
  return (value) => (holds(value) ? [] : [says]);
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;

export const isText = (value: unknown): value is string => typeof value === "string" && !value.includes("\0");

export const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);

export const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    isText(value) && pattern.test(value);

/** Whether every entry of an object passes. */
export function everyEntry(value: unknown, holds: (key: string, part: unknown) => boolean): boolean {
  return isRecord(value) && Object.entries(value).every(([key, part]) => holds(key, part));
}

/** An object whose values are all texts, or undefined. */
export function textsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => isText(entry[1]));
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined;
}

/** Whether a value is exactly this list of texts. */
export function isExactly(value: unknown, wanted: readonly string[]): boolean {
  return (
    Array.isArray(value) &&
    value.length === wanted.length &&
    wanted.every((text, index) => value[index] === text)
  );
}

/** Whether a value is a whole number in this range, ends included. */
export function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
}

/** An absolute path with no step upwards, and not the root itself. */
export function isInnerPath(value: unknown): value is string {
  return (
    isText(value) &&
    /^\/./.test(value) &&
    !value.split("/").some((step) => step === ".." || step === ".") &&
    !/^\/+$/.test(value)
  );
}
