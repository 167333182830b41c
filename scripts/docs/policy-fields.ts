import { policySchema } from "../../src/broker/policy-schema.ts";
import { DEFAULT_POLICY } from "../../src/policy/policy.ts";
import { fieldsOf, NEEDED } from "./json-schema.ts";
import { code, table } from "./table.ts";

/** Every field of a policy: its type, what holds without it, and what it means. A field without a sentence stops the page from being made. */
export function policyFields(): string {
  const rows = fieldsOf(policySchema());
  const silent = rows.filter(({ means }) => means === "").map(({ path }) => path);
  if (silent.length > 0) throw new Error(`fields without a meaning: ${silent.join(", ")}`);
  return table(
    ["field", "type", "default", "meaning"],
    rows.map(({ path, type, otherwise, means }) => [
      code(path),
      type,
      otherwise === NEEDED ? NEEDED : code(defaultOf(path)),
      means,
    ]),
  );
}

function defaultOf(path: string): string {
  const value = path
    .split(".")
    .reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), DEFAULT_POLICY);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? `${value}`
    : "";
}
