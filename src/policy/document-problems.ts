import type { Problem } from "../domain/fault.ts";
import { compileCel } from "./cel/compile.ts";
import type { CelKind } from "./cel/environment.ts";
import type { PolicyRules } from "./policy-rules.ts";
import { registryProblems } from "./registry-hosts.ts";
import { tierProblems } from "./tiers.ts";

/**
 * What a schema cannot see in a document: expressions, names used twice, the order of tiers. Pointers are below `at`. Of one that is
 * `written` now, slips in expressions and registries that cannot be are problems, too; of one that is kept, evaluations are stopped.
 */
export function documentProblems(rules: PolicyRules, at: string, written: boolean): readonly Problem[] {
  return [
    ...(written ? registryProblems(rules.registries, `${at}/registries`) : []),
    ...twice(rules.require, `${at}/require`),
    ...expressions(rules.require, "offer", { at: `${at}/require`, field: "when", written }),
    ...twice(rules.rules, `${at}/rules`),
    ...expressions(rules.rules, "change", { at: `${at}/rules`, field: "when", written }),
    ...twice(rules.freezes, `${at}/freezes`),
    ...tierProblems(rules.tiers ?? [], `${at}/tiers`),
    ...expressions(
      rules.tiers?.map(({ where }) => where),
      "offer",
      { at: `${at}/tiers`, field: "where/when", written },
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
  { at, field, written }: { readonly at: string; readonly field: string; readonly written: boolean },
): readonly Problem[] {
  return rules.flatMap(({ when }, index) => {
    if (when === undefined) return [];
    const compiled = compileCel(when, kind, `${at}/${index}/${field}`);
    const found = compiled.ok ? (written ? compiled.slips : []) : compiled.problems;
    return found.map(({ pointer, message }) => ({ pointer, message }));
  });
}
