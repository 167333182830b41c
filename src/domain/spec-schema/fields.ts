import { z } from "zod";
import type { Parsed } from "../quantity.ts";

// Compiled validators need `new Function`, which workerd refuses.
z.config({ jitless: true });

/** Text of at most `maxChars` that `problemOf` finds nothing wrong with. `problemOf` answers with the sentence a user reads. */
export function checkedText(maxChars: number, problemOf: (text: string) => string | undefined) {
  return z
    .string()
    .max(maxChars, { abort: true })
    .superRefine((text, context) => {
      const message = problemOf(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    });
}

/** A whole number between two bounds, both allowed. */
export function wholeNumber(min: number, max: number) {
  return z.int().min(min).max(max);
}

/** How a quantity is read, what it may be, and how its bounds are written in a sentence. */
export interface QuantityRule {
  readonly parse: (quantity: string | number) => Parsed<number>;
  readonly format: (value: number) => string;
  readonly min: number;
  readonly max: number;
}

/** A Kubernetes quantity, given as text or number, as whole units of `rule`. */
export function quantity(rule: QuantityRule) {
  return z
    .union([z.string(), z.number()], { error: "write a quantity such as 0.5, 500m, 512Mi or 20Gi" })
    .transform((written, context) => {
      const parsed = rule.parse(written);
      const message = parsed.ok ? boundProblem(parsed.value, written, rule) : parsed.message;
      if (parsed.ok && message === undefined) return parsed.value;
      context.addIssue({ code: "custom", message: message ?? "" });
      return z.NEVER;
    });
}

/** A list of at most `maxItems`. */
export function listOf<T extends z.ZodType>(item: T, maxItems: number) {
  return z.array(item).max(maxItems, { abort: true });
}

/** An object of names to values, at most `maxEntries` of them. */
export function mapOf<K extends z.ZodType<string, string>, V extends z.ZodType>(
  key: K,
  value: V,
  maxEntries: number,
) {
  return z.record(key, value).superRefine((entries, context) => {
    if (Object.keys(entries).length <= maxEntries) return;
    context.addIssue({ code: "custom", message: `give at most ${maxEntries} of these` });
  });
}

/** A provider's own document, passed through unread; its depth and size are bounded with the whole. */
export const anyObject = z.record(z.string(), z.unknown());

function boundProblem(value: number, written: string | number, rule: QuantityRule): string | undefined {
  if (value > rule.max) return `at most ${rule.format(rule.max)}`;
  if (value >= rule.min && Number.parseFloat(String(written)) > 0) return undefined;
  const bytes =
    typeof written === "number" && written > 0 ? `; ${written} without a suffix is ${written} bytes` : "";
  return `at least ${rule.format(rule.min)}${bytes}`;
}
