import { z } from "zod";
import { Fault } from "../domain/fault.ts";
import { boundsOf } from "../domain/spec-schema/bounds.ts";
import { problemsOf } from "../domain/spec-schema/problems.ts";
import type { Body } from "./define.ts";
import { DOCUMENT_TYPES, readDocument, readPlainJson } from "./document.ts";

// Workers may not make code from strings while they serve a request; zod would otherwise compile its objects.
z.config({ jitless: true });

export interface BodyOptions {
  /** The body may be absent: it then reads as an empty object. */
  readonly optional?: boolean;
  /** Machines send it, often: JSON only. */
  readonly plain?: boolean;
}

/** A body read by a schema. Unknown fields are refused. */
export function jsonBody<S extends z.ZodType>(schema: S, options: BodyOptions = {}): Body<z.output<S>> {
  const read = options.plain === true ? readPlainJson : readDocument;
  return {
    required: options.optional !== true,
    mediaTypes: options.plain === true ? ["application/json"] : DOCUMENT_TYPES,
    schema: () => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
    parse: (bytes, contentType) => {
      if (bytes.length === 0 && options.optional === true) return check(schema, {});
      return check(schema, read(bytes, contentType));
    },
  };
}

/** A value by its schema, or `invalid-body` with a pointer and a sentence for everything wrong with it. */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const bounds = boundsOf(value);
  const result = bounds.fatal ? undefined : schema.safeParse(value);
  if (result?.success === true && bounds.problems.length === 0) return result.data;
  const found = result?.error === undefined ? [] : problemsOf(result.error.issues, schema, value, []);
  const problems = [...bounds.problems, ...found];
  const count = problems.length;
  throw new Fault("invalid-body", `The body has ${count === 1 ? "a problem" : `${count} problems`}.`, {
    problems,
  });
}
