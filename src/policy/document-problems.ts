import type { Problem } from "../domain/fault.ts";
import { compileCel, type Compiled } from "./cel/compile.ts";
import type { CelKind } from "./cel/environment.ts";
import type { PolicyRules } from "./policy-rules.ts";
import { tierProblems } from "./tiers.ts";

/** What a schema cannot see in a document: expressions, names used twice, the order of tiers. Pointers are below `at`. */
export function documentProblems(rules: PolicyRules, at: string): readonly Problem[] {
  return [
    ...twice(rules.require, `${at}/require`),
    ...expressions(rules.require, "offer", `${at}/require`, "when"),
    ...twice(rules.rules, `${at}/rules`),
    ...expressions(rules.rules, "change", `${at}/rules`, "when"),
    ...twice(rules.freezes, `${at}/freezes`),
    ...tierProblems(rules.tiers ?? [], `${at}/tiers`),
    ...expressions(
      rules.tiers?.map(({ where }) => where),
      "offer",
      `${at}/tiers`,
      "where/when",
    ),
  ];
}

function twice(named: readonly { readonly name: string }[] = [], at: string): readonly Problem[] {
  const names = named.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ pointer: `${at}/${index}/name`, message: `the name ${name} is taken already; choose another` }],
  );
}

function expressions(
  rules: readonly { readonly when?: string | undefined }[] = [],
  kind: CelKind,
  at: string,
  field: string,
): readonly Problem[] {
  return rules.flatMap(({ when }, index) => {
    const compiled: Compiled | undefined =
      when === undefined ? undefined : compileCel(when, kind, `${at}/${index}/${field}`);
    return compiled === undefined || compiled.ok
      ? []
      : compiled.problems.map(({ pointer, message }) => ({ pointer, message }));
  });
}
