import type { Policy } from "./policy.ts";

/** Who says a hard field, in brackets, where layers are known: what contradicts is found by the name of its policy. */
export function saidBy({ by }: Pick<Policy, "by">, field: string): string {
  return by?.[field] === undefined ? "" : ` (policy ${by[field]})`;
}
