import { z } from "zod";
import type { Problem } from "../../domain/fault.ts";
import { problemsOf } from "../../domain/spec-schema/problems.ts";
import { POLICY_TESTS, type PolicyTestFile } from "./document.ts";

export type ParsedPolicyTests =
  | { readonly ok: true; readonly file: PolicyTestFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Most problems reported at once. */
const MAX_PROBLEMS = 50;

/** Read a file of policy tests. Unknown fields and wrong values are problems with JSON pointers; none makes it throw. */
export function parsePolicyTests(document: unknown): ParsedPolicyTests {
  const parsed = POLICY_TESTS.safeParse(document);
  if (!parsed.success) return refuse(problemsOf(parsed.error.issues, POLICY_TESTS, document, []));
  const problems = parsed.data.tests.flatMap((test, index) => {
    const at = `/tests/${index}`;
    return [
      ...(test.policy === undefined && parsed.data.policy === undefined
        ? [{ pointer: at, message: "has no policy; say one here, or one for the whole file" }]
        : []),
      ...givenProblems(test, at),
      ...twins(
        parsed.data.tests.map(({ name }) => name),
        index,
        `${at}/name`,
      ),
    ];
  });
  return problems.length > 0 ? refuse(problems) : { ok: true, file: parsed.data };
}

/** JSON Schema (2020-12) of the document `parsePolicyTests` reads, each field with a description. */
export function policyTestJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(POLICY_TESTS, { io: "input" });
}

/** Names of the files that a file of tests speaks of, as they are written in it, with the first place that names each. */
export function namedFiles(
  file: PolicyTestFile,
): readonly { readonly name: string; readonly pointer: string; readonly holds: "policy" | "spec" }[] {
  const named = [
    { value: file.policy, pointer: "/policy", holds: "policy" as const },
    ...file.tests.flatMap((test, index) => [
      { value: test.policy, pointer: `/tests/${index}/policy`, holds: "policy" as const },
      { value: test.given.spec, pointer: `/tests/${index}/given/spec`, holds: "spec" as const },
    ]),
  ];
  const found = new Map<string, { name: string; pointer: string; holds: "policy" | "spec" }>();
  for (const { value, pointer, holds } of named)
    if (typeof value === "string" && !found.has(value)) found.set(value, { name: value, pointer, holds });
  return [...found.values()];
}

function givenProblems({ given }: PolicyTestFile["tests"][number], at: string): readonly Problem[] {
  const { offers, catalog, spec } = given;
  if (offers !== undefined && catalog === true)
    return [{ pointer: `${at}/given/catalog`, message: "give offers or the catalog, not both" }];
  if (offers === undefined && catalog === undefined)
    return [{ pointer: `${at}/given`, message: "give offers, or catalog: true with a spec" }];
  return catalog === true && spec === undefined
    ? [{ pointer: `${at}/given/catalog`, message: "needs a spec, whose prices the catalog then knows" }]
    : [];
}

function twins(names: readonly string[], index: number, pointer: string): readonly Problem[] {
  const first = names.indexOf(names[index] ?? "");
  return first === index
    ? []
    : [{ pointer, message: `is the name of test ${first + 1} too; choose another` }];
}

function refuse(problems: readonly Problem[]): ParsedPolicyTests {
  return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
}
