import type { Policy, SaidList } from "./policy.ts";

/** Who says a hard field, in brackets, where layers are known: what contradicts is found by the name of its policy. */
export function saidBy({ by }: Pick<Policy, "by">, field: string): string {
  return by?.[field] === undefined ? "" : ` (policy ${by[field]})`;
}

/**
 * The policies whose own list does not allow something, each with that list, as whoever is refused reads it: `policy house: DE; policy
 * shop: IE, FR`. Where no layer's list is known, whoever speaks of the field with what is left of all.
 */
export function refusedBy(
  policy: Pick<Policy, "name" | "by" | "lists">,
  field: SaidList["field"],
  left: readonly string[],
  allows: (list: readonly string[]) => boolean,
  before = ": ",
): string {
  const own = (policy.lists ?? []).filter((said) => said.field === field && !allows(said.list));
  const said = own.length > 0 ? own : [{ by: policy.by?.[field] ?? policy.name, list: left }];
  return said.map(({ by, list }) => `policy ${by}${before}${listWords(list)}`).join("; ");
}

/** Names shown of a long list. */
const MAX_NAMED = 8;

/** A list as a sentence has it, a long one cut. */
export function listWords(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(", ");
  if (names.length === 0) return "none";
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}
