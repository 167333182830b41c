import { Fault } from "../domain/fault.ts";
import { parseSpec } from "../domain/parse-spec.ts";
import type { Spec } from "../domain/spec.ts";

export interface ReadSpec {
  readonly spec: Spec;
  readonly document: Readonly<Record<string, unknown>>;
}

/** The parsed spec beside the document as it was written, or `invalid-spec` with every problem. */
export function readSpec(document: unknown, name?: string): ReadSpec {
  const parsed = parseSpec(document);
  if (!parsed.ok) {
    const count = parsed.problems.length;
    throw new Fault("invalid-spec", `The spec has ${count === 1 ? "a problem" : `${count} problems`}.`, {
      problems: parsed.problems,
    });
  }
  if (name !== undefined && parsed.spec.name !== name)
    throw new Fault("invalid-spec", `The spec is named ${parsed.spec.name}, the path says ${name}.`, {
      problems: [{ pointer: "/name", message: `must be ${name}, as in the path` }],
    });
  return { spec: parsed.spec, document: asRecord(document) };
}

// A document that parsed is an object; stored as it was written, before defaults.
function asRecord(document: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(Object(document)));
}
