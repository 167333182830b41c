import { z } from "zod";
import { STORED_POLICY } from "../policy/schema/document.ts";

/** Where the schema is published. */
export const POLICY_SCHEMA_PATH = "/schemas/policy.json";

/** JSON Schema (2020-12) of a policy's document, made from what reads it, so that the two cannot differ. */
export function policySchema(): Readonly<Record<string, unknown>> {
  made ??= {
    ...z.toJSONSchema(STORED_POLICY, { io: "input", unrepresentable: "any" }),
    title: "A Berth policy",
  };
  return made;
}

let made: Readonly<Record<string, unknown>> | undefined;
