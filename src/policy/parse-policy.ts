import type { Problem } from "../domain/fault.ts";
import { pathOf } from "../domain/json-pointer.ts";
import { problemsOf } from "../domain/spec-schema/problems.ts";
import { contradictions } from "./contradictions.ts";
import { declaredIn, type PolicyWorld } from "./declared.ts";
import { documentProblems } from "./document-problems.ts";
import { completePolicy } from "./layers.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import type { PolicyRules, Select } from "./policy-rules.ts";
import { POLICY, STORED_POLICY } from "./schema/document.ts";

export type ParsedPolicy =
  | {
      readonly ok: true;
      /** The document over the defaults. */
      readonly policy: Policy;
      /** The document alone, for the layers. */
      readonly rules: PolicyRules;
      /** Where a stored policy is mandatory; absent: only where a spec names it. */
      readonly select?: Select | undefined;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions {
  readonly name?: string;
  /** Where the document stands in what was sent: pointers begin there. */
  readonly at?: string;
  /** A stored policy may say whom it selects; an inline one may not. */
  readonly stored?: boolean;
  /** The catalog and the connected targets, where a document is written: names are looked up there. Absent where it was taken before. */
  readonly world?: PolicyWorld;
}

/** Read a policy document. Unknown fields, wrong types, expressions that cannot be and contradictions are problems, with JSON pointers below `at`. */
export function parsePolicy(document: unknown, options: ParseOptions = {}): ParsedPolicy {
  const { name = "inline", at = "", stored = false } = options;
  const schema = stored ? STORED_POLICY : POLICY;
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, schema, document, pathOf(at), noHint);
    return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
  }
  const said: PolicyRules & { readonly select?: Select | undefined } = parsed.data;
  const { select, ...rules } = said;
  const problems = [
    ...documentProblems(rules, at, options.world !== undefined),
    ...contradictions(declaredIn(rules), options.world ?? { regions: [] }, at),
  ];
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
  return { ok: true, policy: completePolicy(DEFAULT_POLICY, name, rules), rules, select };
}

// The hints of a spec speak of fields that a policy does have.
const noHint = (): undefined => undefined;

/** Most problems reported at once. */
const MAX_PROBLEMS = 50;
