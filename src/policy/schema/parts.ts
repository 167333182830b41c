import { Big } from "big.js";
import { z } from "zod";
import { labelKeyProblem, labelValueProblem } from "../../domain/label.ts";
import { checkedText, listOf, mapOf } from "../../domain/spec-schema/fields.ts";
import { CHANGE_KINDS } from "../rules/rule.ts";

/** Most entries of one list, and most characters of one name or sentence. */
export const MAX_ENTRIES = 500;
export const MAX_NAME_CHARS = 253;
export const MAX_MESSAGE_CHARS = 500;
/** Most rules, requirements, freezes or tiers of one policy: a page a person can still read. */
export const MAX_RULES = 100;
/** CEL is measured in bytes when it is compiled; this is what a schema can say of it. */
export const MAX_CEL_CHARS = 4_096;
const MAX_LABELS = 64;
const MAX_LABEL_KEY_CHARS = 63;
/** The same bound as for any money: more is a slip of the keyboard. */
const MAX_USD = 1_000_000_000;
const RULE_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Any name: of a target, a region, a registry. */
export const name = filled("must not be empty", MAX_NAME_CHARS);

/** The name of a rule, a tier, a freeze: what people refer to it by. */
export const ruleName = checkedText(MAX_LABEL_KEY_CHARS, (text) =>
  RULE_NAME.test(text)
    ? undefined
    : "a name has 1 to 63 lower-case letters, digits and single - between them",
);

/** The sentence a person reads. */
export const message = filled("say what to change, for the person who reads it", MAX_MESSAGE_CHARS);

/** A CEL expression; `compileCel` says what is wrong with it. */
export const cel = filled("write an expression that is true or false", MAX_CEL_CHARS);

/** A list that allows something; `empty` says what to do about one that does not. */
export function someOf<T extends z.ZodType>(
  item: T,
  maxItems: number = MAX_ENTRIES,
  empty = "must name at least one, or be left out",
) {
  return listOf(item, maxItems)
    .refine((list) => list.length > 0, empty)
    .meta({ minItems: 1 });
}

export const names = someOf(name);
export const jurisdiction = checkedText(3, (text) =>
  /^[A-Z]{2,3}$/.test(text) ? undefined : "must be an ISO country such as DE, or EU or EEA",
);
export const labels = mapOf(
  checkedText(MAX_LABEL_KEY_CHARS, labelKeyProblem),
  checkedText(MAX_LABEL_KEY_CHARS, labelValueProblem),
  MAX_LABELS,
);
export const changeKinds = someOf(z.enum(CHANGE_KINDS), CHANGE_KINDS.length);
/** Where they are needed. */
export const someChangeKinds = someOf(
  z.enum(CHANGE_KINDS),
  CHANGE_KINDS.length,
  `must name at least one of ${CHANGE_KINDS.join(", ")}`,
);

/** USD as a decimal from 0, as text or number; read as text. */
export const usd = z
  .union([z.string(), z.number()], { error: 'must be USD as a decimal, such as "25.00"' })
  .refine(isUsd, `must be USD as a decimal from 0 to ${MAX_USD}, such as "25.00"`)
  .transform((value) => new Big(value).toFixed());

// Custom checks keep their own sentences; the bound is told to the JSON Schema beside them.
function filled(sentence: string, maxChars: number) {
  return z
    .string()
    .max(maxChars)
    .refine((text) => text.length > 0, sentence)
    .meta({ minLength: 1 });
}

function isUsd(value: string | number): boolean {
  if (!/^\d{1,10}(\.\d{1,12})?$/.test(String(value))) return false;
  return new Big(value).lte(MAX_USD);
}
