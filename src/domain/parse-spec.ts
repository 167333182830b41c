import { z } from "zod";
import type { Problem } from "./fault.ts";
import { boundsOf } from "./spec-schema/bounds.ts";
import { specSchema, SPEC_FIELDS, type ReadableFields, type SpecFields } from "./spec-schema/document.ts";
import { MAX_PROBLEMS } from "./spec-schema/limits.ts";
import { problemsOf, unknownField } from "./spec-schema/problems.ts";
import { ruleProblems } from "./spec-schema/rules.ts";
import { specFrom } from "./spec-schema/spec-from.ts";
import type { RouteSpec, Spec } from "./spec.ts";

export type ParsedSpec =
  | { readonly ok: true; readonly spec: Spec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What the surroundings decide where the document is silent. */
export interface SpecSurroundings {
  /** Access of a route that does not say: `private` in preview environments. */
  readonly access?: RouteSpec["access"] | undefined;
}

/**
 * The spec a document says, with defaults, or everything wrong with it (at most 100 problems) as JSON pointers and sentences.
 * Any value may be given, and none makes it throw.
 */
export function parseSpec(document: unknown, surroundings: SpecSurroundings = {}): ParsedSpec {
  const bounds = boundsOf(document);
  if (bounds.fatal || !isObject(document)) {
    return refuse(
      bounds.fatal
        ? bounds.problems
        : [{ pointer: "", message: "write the spec as an object with name, image and so on" }],
    );
  }
  const read = readFields(document);
  const problems = [...bounds.problems, ...read.problems, ...ruleProblems(read.fields, document)];
  if (problems.length > 0 || !isComplete(read.fields)) return refuse(problems);
  return { ok: true, spec: specFrom(read.fields, surroundings.access ?? "public") };
}

/** JSON Schema (2020-12) of the document `parseSpec` reads, each field with a description. */
export function specJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(specSchema, { io: "input" });
}

// Field by field, so that one wrong field hides neither another nor a rule between the rest.
function readFields(document: Readonly<Record<string, unknown>>): {
  fields: ReadableFields;
  problems: readonly Problem[];
} {
  const known = Object.keys(SPEC_FIELDS);
  const unknown = Object.keys(document).filter((key) => !Object.hasOwn(SPEC_FIELDS, key));
  const problems = unknown.slice(0, MAX_PROBLEMS).map((key) => unknownField([key], key, known));
  const fields: [string, unknown][] = [];
  for (const [key, schema] of Object.entries<z.ZodType>(SPEC_FIELDS)) {
    const value = Object.hasOwn(document, key) ? document[key] : undefined;
    const result = schema.safeParse(value);
    if (result.success) fields.push([key, result.data]);
    else problems.push(...problemsOf(result.error.issues, schema, value, [key]));
  }
  return { fields: Object.fromEntries(fields), problems };
}

function isComplete(fields: ReadableFields): fields is SpecFields {
  return Object.keys(SPEC_FIELDS).every((key) => Object.hasOwn(fields, key));
}

// One sentence for each field: the first says what to do first.
function refuse(found: readonly Problem[]): ParsedSpec {
  const byPointer = new Map<string, Problem>();
  for (const problem of found) if (!byPointer.has(problem.pointer)) byPointer.set(problem.pointer, problem);
  return { ok: false, problems: [...byPointer.values()].slice(0, MAX_PROBLEMS) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
