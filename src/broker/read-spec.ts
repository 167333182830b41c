import { Fault } from "../domain/fault.ts";
import { parseSpec } from "../domain/parse-spec.ts";
import type { Spec } from "../domain/spec.ts";
import type { Store } from "../store/store.ts";
import type { Caller } from "./ports.ts";

export interface ReadSpec {
  readonly spec: Spec;
  readonly document: Readonly<Record<string, unknown>>;
}

/**
 * The parsed spec beside the document as it was written, or `invalid-spec` with every problem. The environment has a say
 * in the defaults: in a preview a route is private unless the spec says otherwise.
 */
export async function readSpec(
  ports: { readonly store: Pick<Store, "environment"> },
  caller: Caller,
  document: unknown,
  name?: string,
): Promise<ReadSpec> {
  const environment = await ports.store.environment(caller.project.id, caller.environment);
  const parsed = parseSpec(document, { access: environment?.class === "preview" ? "private" : "public" });
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
