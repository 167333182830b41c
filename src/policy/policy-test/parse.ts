import { z } from "zod";
import type { Problem } from "../../domain/fault.ts";
import { problemsOf } from "../../domain/spec-schema/problems.ts";
import { VERDICTS } from "./check-change.ts";
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
    ...layersOf(file.policy, "/policy").map((layer) => ({ ...layer, holds: "policy" as const })),
    ...file.tests.flatMap((test, index) => [
      ...layersOf(test.policy, `/tests/${index}/policy`).map((layer) => ({
        ...layer,
        holds: "policy" as const,
      })),
      { value: test.given.spec, pointer: `/tests/${index}/given/spec`, holds: "spec" as const },
    ]),
  ];
  const found = new Map<string, { name: string; pointer: string; holds: "policy" | "spec" }>();
  for (const { value, pointer, holds } of named)
    if (typeof value === "string" && !found.has(value)) found.set(value, { name: value, pointer, holds });
  return [...found.values()];
}

/** The documents a policy under test is made of, widest first, each with the place that says it. */
export function layersOf(
  policy: PolicyTestFile["policy"],
  at: string,
): readonly { readonly value: string | Readonly<Record<string, unknown>>; readonly pointer: string }[] {
  if (policy === undefined) return [];
  if (!Array.isArray(policy)) return [{ value: policy, pointer: at }];
  return policy.map((value, index) => ({ value, pointer: `${at}/${index}` }));
}

function givenProblems({ given, expect }: PolicyTestFile["tests"][number], at: string): readonly Problem[] {
  const { offers, catalog, spec, change } = given;
  const said = Object.keys(expect);
  const ofChange = said.filter((field) => VERDICTS.some((one) => one === field));
  if (change === undefined && ofChange.length > 0)
    return ofChange.map((field) => ({ pointer: `${at}/expect/${field}`, message: "needs given.change" }));
  if (offers !== undefined && catalog === true)
    return [{ pointer: `${at}/given/catalog`, message: "give offers or the catalog, not both" }];
  if (offers === undefined && catalog === undefined && said.length > ofChange.length)
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
