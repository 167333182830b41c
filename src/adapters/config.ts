import { didYouMean } from "../domain/did-you-mean.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import { pointerTo } from "../domain/json-pointer.ts";

/** One JSON object of a target's configuration, and where problems with it are noted. */
export interface ConfigObject {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly pointer: string;
  readonly problems: Problem[];
}

/** Reads a target's configuration strictly; throws `Fault` "invalid-body" with every problem found, each with its pointer. */
export function parseConfig<T>(
  document: unknown,
  known: readonly string[],
  read: (config: ConfigObject) => T,
): T {
  const problems: Problem[] = [];
  const parsed = read(objectAt(document, "", [...known, "kind"], problems));
  const count = problems.length;
  if (count > 0)
    throw new Fault("invalid-body", `The target has ${count === 1 ? "a problem" : `${count} problems`}.`, {
      problems,
    });
  return parsed;
}

/** Throws `Fault` "invalid-body" when a target is `custom`, so that it names endpoints of its own, and this instance allows no such target. */
export function refuseEndpoints(custom: boolean, allowed: boolean): void {
  if (allowed || !custom) return;
  const message =
    "This instance lets no target name its own endpoints: remove endpoints, or start Berth with BERTH_ALLOW_CUSTOM_ENDPOINTS=1.";
  throw new Fault("invalid-body", message, { problems: [{ pointer: "/endpoints", message }] });
}

/** The object in a field, or an empty one when it is left out. */
export function objectIn(config: ConfigObject, field: string, known: readonly string[]): ConfigObject {
  return objectAt(config.fields[field] ?? {}, `${config.pointer}/${field}`, known, config.problems);
}

/** The objects in a list field, at most `most`. */
export function objectsIn(
  config: ConfigObject,
  field: string,
  known: readonly string[],
  most: number,
): readonly ConfigObject[] {
  const value = config.fields[field] ?? [];
  const pointer = `${config.pointer}/${field}`;
  if (!Array.isArray(value) || value.length > most) {
    config.problems.push({ pointer, message: `Give a list of at most ${most} entries.` });
    return [];
  }
  return value.map((entry: unknown, index) => objectAt(entry, `${pointer}/${index}`, known, config.problems));
}

/** One of a few words; `otherwise` after a noted problem. */
export function wordIn<T extends string>(
  config: ConfigObject,
  field: string,
  words: readonly T[],
  otherwise: T,
): T {
  const value = config.fields[field];
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  note(
    config,
    field,
    `Say one of ${words.join(", ")}${typeof value === "string" ? hint(value, words) : "."}`,
  );
  return otherwise;
}

/** A text of at most `most` characters, or undefined when left out. */
export function textIn(config: ConfigObject, field: string, most: number): string | undefined {
  const value = config.fields[field];
  if (value === undefined || (typeof value === "string" && value.length > 0 && value.length <= most))
    return value;
  note(config, field, `Give a text of 1 to ${most} characters.`);
  return undefined;
}

/** A whole number within bounds, or `otherwise` when left out. */
export function integerIn<T>(
  config: ConfigObject,
  field: string,
  least: number,
  most: number,
  otherwise: T,
): number | T {
  const value = config.fields[field];
  if (value === undefined) return otherwise;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  note(config, field, `Give a whole number from ${least} to ${most}.`);
  return otherwise;
}

/** `true` or `false`, or false when left out. */
export function flagIn(config: ConfigObject, field: string): boolean {
  const value = config.fields[field];
  if (value !== undefined && typeof value !== "boolean") note(config, field, "Say true or false.");
  return value === true;
}

/** Notes what is wrong with a field, as a sentence that says what to change. */
export function note(config: ConfigObject, field: string, message: string): void {
  config.problems.push({ pointer: `${config.pointer}${pointerTo([field])}`, message });
}

/** " Did you mean ...?" for a word that is almost one of the choices; a full stop otherwise. */
export function hint(word: string, choices: readonly string[]): string {
  const close = didYouMean(word, choices);
  return close === undefined ? "." : `. Did you mean ${close}?`;
}

function objectAt(
  value: unknown,
  pointer: string,
  known: readonly string[],
  problems: Problem[],
): ConfigObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push({ pointer, message: "Give an object." });
    return { fields: {}, pointer, problems };
  }
  const fields = Object.fromEntries(Object.entries(value));
  for (const field of Object.keys(fields).filter((name) => !known.includes(name)))
    problems.push({
      pointer: `${pointer}${pointerTo([field])}`,
      message: `There is no such field${hint(field, known)}`,
    });
  return { fields, pointer, problems };
}
