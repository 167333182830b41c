import { policyTestJsonSchema } from "../policy/policy-test/parse.ts";

/** Where the schema is published. */
export const POLICY_TEST_SCHEMA_PATH = "/schemas/policy-tests.json";

/** JSON Schema (2020-12) of a file of policy tests, made from what reads it, so that the two cannot differ. */
export function policyTestSchema(): Readonly<Record<string, unknown>> {
  made ??= { ...policyTestJsonSchema(), title: "Berth policy tests" };
  return made;
}

let made: Readonly<Record<string, unknown>> | undefined;
