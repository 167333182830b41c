import { z } from "zod";
import { Fault } from "../domain/fault.ts";
import type { Body } from "./define.ts";
import { DOCUMENT_TYPES, readDocument } from "./document.ts";
import { check, jsonBody } from "./json-body.ts";

/** A spec document inside a body: any value here, for the domain's own parser says what is wrong with it. */
export const specField = z.unknown().optional().meta({ $ref: "#/components/schemas/Spec" });

/** A body that holds a spec, and where in it the spec stands: "/spec", or "" where the document is the spec itself. */
export type SpecBody<T> = T & { readonly at: "/spec" | "" };

/**
 * A body such as `{spec: ...}` that may also be the spec document alone, so that `curl -T berth.yaml` is enough. A document
 * without any of the schema's own keys is a spec: no spec has a field of those names but `policy`.
 */
export function specBody<S extends z.ZodObject>(schema: S): Body<SpecBody<z.output<S>>> {
  const wrappers = Object.keys(schema.shape).filter((key) => key !== "policy");
  const wrapped = jsonBody(schema);
  return {
    ...wrapped,
    mediaTypes: DOCUMENT_TYPES,
    schema: () => ({ anyOf: [wrapped.schema(), { $ref: "#/components/schemas/Spec" }] }),
    parse: (bytes, contentType) => {
      const document = readDocument(bytes, contentType);
      const bare = isObject(document) && !wrappers.some((key) => Object.hasOwn(document, key));
      const isSpec = bare && ("image" in document || "name" in document);
      return { ...check(schema, isSpec ? { spec: document } : document), at: isSpec ? "" : "/spec" };
    },
  };
}

/** Runs a use case on a spec that stands at `at` in the body, so that its problems point into the body that was sent. */
export async function pointingAt<T>(at: "/spec" | "", run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "invalid-spec" || at === "") throw error;
    const problems = error.problems.map(({ pointer, message }) => ({ pointer: `${at}${pointer}`, message }));
    throw new Fault(error.code, error.message, { problems, extra: error.extra, cause: error });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
