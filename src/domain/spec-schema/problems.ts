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

/** The sentences for what zod found in `value`, which `schema` read and which stands at `path` of the document. */
export function problemsOf(
  issues: readonly Issue[],
  schema: z.ZodType,
  value: unknown,
  path: Path,
): readonly Problem[] {
  return issues.flatMap((issue) => {
    const at = [...path, ...issue.path];
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => unknownField([...at, key], key, knownFields(schema, issue.path)));
      case "invalid_union":
        return unionProblems(issue, schema, value, path);
      case "invalid_key":
        return [{ pointer: pointerTo(at), message: issue.issues[0]?.message ?? "this name is not allowed" }];
      default:
        return [{ pointer: pointerTo(at), message: sentenceOf(issue, valueAt(value, issue.path)) }];
    }
  });
}

/** The sentence for a field nobody knows, with the nearest known one. */
export function unknownField(path: Path, key: string, known: readonly string[]): Problem {
  const hint = fieldHint(path.slice(0, -1), key);
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
): readonly Problem[] {
  const meant = issue.errors.find((errors) =>
    errors.every((error) => error.path.length > 0 || error.code === "unrecognized_keys"),
  );
  if (meant !== undefined && meant.length > 0) {
    const nested = meant.map((error) => ({ ...error, path: [...issue.path, ...error.path] }));
    return problemsOf(nested, schema, value, path);
  }
  const message = absence(valueAt(value, issue.path)) ?? issue.message;
  return [{ pointer: pointerTo([...path, ...issue.path]), message }];
}

function sentenceOf(
  issue: Exclude<Issue, { code: "unrecognized_keys" | "invalid_union" | "invalid_key" }>,
  found: unknown,
): string {
  switch (issue.code) {
    case "invalid_type":
      return absence(found) ?? `write ${FORMS[issue.expected] ?? issue.expected}, not ${kindOf(found)}`;
    case "invalid_value":
      return choiceSentence(issue.values.map(String), found);
    case "too_small":
      return `at least ${amount(issue.minimum, issue.origin, issue.inclusive)}`;
    case "too_big":
      return `at most ${amount(issue.maximum, issue.origin, issue.inclusive)}`;
    case "custom":
      return issue.message;
    case "invalid_format":
    case "invalid_element":
    case "not_multiple_of":
      return `is not allowed here: ${issue.message}`;
  }
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
  return found === null ? "is empty; give it a value or remove it" : undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return numberKind(value);
  return typeof value === "boolean" ? "true or false" : "an object";
}

function numberKind(value: number): string {
  if (!Number.isFinite(value)) return "a number without a value";
  return Number.isInteger(value) ? "a number" : "a fraction";
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
