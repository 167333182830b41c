import { createRequire } from "node:module";
import type { Ajv } from "ajv";
import { armSchemas, schemasUsed } from "./arm-schemas.ts";

/** One problem, as ajv tells it. */
export interface SchemaProblem {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: unknown;
}
/** Says whether a value fits a schema; what does not is in `errors` until it is asked again. */
export interface Validator {
  (value: unknown): unknown;
  errors?: readonly SchemaProblem[] | null;
}

/** The validator of one schema by its name. Throws for a name that no operation uses. */
export function armValidator(id: string): Validator {
  compiler ??= newCompiler(false);
  const found = compiler.getSchema(id);
  if (found === undefined) throw new Error(`there is no schema ${id} here`);
  return found;
}

// Most test files send Azure nothing: made at the first request, once a process, and each schema at its own first.
let compiler: Ajv | undefined;

/**
 * This module's own exports as a text that makes no code from text when it runs, as workerd wants it: ajv has written every validator out.
 */
export function validatorsAsModule(): string {
  const require = createRequire(import.meta.url);
  const write = require("ajv/dist/standalone") as (
    ajv: Ajv,
    exported: Readonly<Record<string, string>>,
  ) => string;
  const ids = schemasUsed();
  const exported = Object.fromEntries(ids.map((id, index) => [`validator${index}`, id]));
  const written = write(newCompiler(true), exported);
  // What ajv keeps in modules of its own, as lengths of text do, is not needed by what is judged here.
  if (written.includes("require(")) throw new Error("a schema needs more than its own validator");
  const table = ids.map((id, index) => `${JSON.stringify(id)}: validator${index}`).join(", ");
  return [
    written,
    `const VALIDATORS = { ${table} };`,
    "export function armValidator(id) {",
    "  if (!Object.hasOwn(VALIDATORS, id)) throw new Error(`there is no schema ${id} here`);",
    "  return VALIDATORS[id];",
    "}",
  ].join("\n");
}

function newCompiler(asText: boolean): Ajv {
  const { Ajv: Compiler } = createRequire(import.meta.url)("ajv") as { readonly Ajv: typeof Ajv };
  const code = asText ? { source: true, esm: true } : {};
  const ajv = new Compiler({ strict: false, allErrors: true, code });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
  for (const schema of armSchemas()) ajv.addSchema(schema);
  return ajv;
}
