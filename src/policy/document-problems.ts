import type { Problem } from "../domain/fault.ts";
import { compileCel, type Compiled } from "./cel/compile.ts";
import type { CelKind } from "./cel/environment.ts";
import type { PolicyRules } from "./policy-rules.ts";
import { tierProblems } from "./tiers.ts";

/** What a schema cannot see in a document: expressions, names used twice, the order of tiers, fields nobody serves yet. Pointers are below `at`. */
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
    ...unserved(rules, at),
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

function unserved({ failover }: PolicyRules, at: string): readonly Problem[] {
  const not = (bad: boolean, pointer: string, message: string): readonly Problem[] =>
    bad ? [{ pointer: `${at}${pointer}`, message }] : [];
  return [
    ...not(
      failover?.purge === "direct",
      "/failover/purge",
      "direct is not served yet: what a silent host holds is ended when it is heard of again; say graceful, or unreachable: replace in the spec",
    ),
    ...not(
      failover?.failback === true,
      "/failover/failback",
      "going back by itself is not served yet: berth migrate brings a workload back; say false",
    ),
  ];
}
