import type { z } from "zod";
import { didYouMean } from "../did-you-mean.ts";
import type { Problem } from "../fault.ts";
import { pointerTo } from "../json-pointer.ts";
import { fieldHint } from "./field-hint.ts";
import { knownFields } from "./known-fields.ts";

type Issue = z.core.$ZodIssue;
/** More fields than this are not listed in a sentence; the reference has them. */
const MAX_LISTED_FIELDS = 12;

type Path = readonly PropertyKey[];

/** Advice for an unknown field below `parent`, where its meaning is known from elsewhere. */
export type FieldHint = (parent: Path, key: string) => string | undefined;

/**
 * The sentences for what zod found in `value`, which `schema` read and which stands at `path` of the document. Hints are those of a
 * spec unless others are given.
 */
export function problemsOf(
  issues: readonly Issue[],
  schema: z.ZodType,
  value: unknown,
  path: Path,
  hint: FieldHint = fieldHint,
): readonly Problem[] {
  return issues.flatMap((issue) => {
    const at = [...path, ...issue.path];
    if (issue.code === "invalid_union") return unionProblems(issue, schema, value, path, hint);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownField([...at, key], key, knownFields(schema, issue.path), hint));
    }
    return [{ pointer: pointerTo(at), message: sentenceOf(issue, valueAt(value, issue.path)) }];
  });
}

/** The sentence for a field nobody knows, with the nearest known one. */
export function unknownField(
  path: Path,
  key: string,
  known: readonly string[],
  hintOf: FieldHint = fieldHint,
): Problem {
  const hint = hintOf(path.slice(0, -1), key);
  const near = didYouMean(key, known);
  const all = known.length > MAX_LISTED_FIELDS ? "remove it" : `the fields here are ${known.join(", ")}`;
  const advice = hint ?? (near === undefined ? all : `did you mean ${near}?`);
  return { pointer: pointerTo(path), message: `unknown field; ${advice}` };
}

// Of the forms a field may have, the one whose kind fits was meant. When none fits, the schema's own sentence names them.
function unionProblems(
  issue: z.core.$ZodIssueInvalidUnion,
  schema: z.ZodType,
  value: unknown,
  path: Path,
  hint: FieldHint,
): readonly Problem[] {
  const meant = issue.errors.find((errors) =>
    errors.every((error) => error.path.length > 0 || error.code === "unrecognized_keys"),
  );
  if (meant !== undefined && meant.length > 0) {
    return problemsOf(
      meant.map((error) => Object.assign({}, error, { path: [...issue.path, ...error.path] })),
      schema,
      value,
      path,
      hint,
    );
  }
  const message = absence(valueAt(value, issue.path)) ?? issue.message;
  return [{ pointer: pointerTo([...path, ...issue.path]), message }];
}

function sentenceOf(issue: Issue, found: unknown): string {
  if (issue.code === "invalid_type") {
    return absence(found) ?? `write ${FORMS[issue.expected] ?? issue.expected}, not ${kindOf(found)}`;
  }
  if (issue.code === "invalid_value") return choiceSentence(issue.values.map(String), found);
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  if (issue.code === "too_small") return `at least ${amount(issue.minimum, issue.origin, issue.inclusive)}`;
  if (issue.code === "too_big") return `at most ${amount(issue.maximum, issue.origin, issue.inclusive)}`;
  return issue.message; // every other check in these schemas brings its own sentence
}

function choiceSentence(choices: readonly string[], found: unknown): string {
  const near = typeof found === "string" ? didYouMean(found, choices) : undefined;
  return near === undefined
    ? `write ${orList(choices)}`
    : `did you mean ${near}? The choices are ${choices.join(", ")}`;
}

function amount(bound: number | bigint, origin: string, inclusive: boolean | undefined): string {
  const unit = origin === "string" ? " characters" : origin === "array" ? " items" : "";
  return inclusive === false ? `a value beyond ${bound}${unit}` : `${bound}${unit}`;
}

const FORMS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function absence(found: unknown): string | undefined {
  if (found === undefined) return "is required";
  if (typeof found === "number" && !Number.isFinite(found)) return "is not a finite number";
  return found === null ? "is empty; give it a value or remove it" : undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  return typeof value === "boolean" ? "true or false" : "an object";
}

function orList(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join("") : `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
