import type { Verdict } from "../rules/judge-change.ts";
import type { Difference } from "./difference.ts";
import type { ExpectDocument } from "./document.ts";

/** What is expected of the rules over changes: exactly these deny, hold, warn, or would have in audit mode. */
export function checkChange(
  expect: ExpectDocument,
  verdict: Verdict | undefined,
  at: string,
): readonly Difference[] {
  if (verdict === undefined) return [];
  const spoke = {
    deny: verdict.denials,
    hold: verdict.holds,
    warn: verdict.warnings,
    audit: verdict.audits,
  };
  return VERDICTS.flatMap((field) => {
    const wanted = expect[field];
    if (wanted === undefined) return [];
    const found = spoke[field];
    const rules = [...new Set(found.map(({ rule }) => rule))].sort();
    if (rules.join("\n") === [...new Set(wanted)].sort().join("\n")) return [];
    return [
      {
        pointer: `${at}/${field}`,
        what: field,
        expected: words(wanted),
        actual: words(rules),
        why: VERDICTS.flatMap((one) => spoke[one].map(({ rule, message }) => `${rule} (${one}): ${message}`)),
      },
    ];
  });
}

/** The fields of `expect` that speak of rules over changes. */
export const VERDICTS = ["deny", "hold", "warn", "audit"] as const;

const words = (rules: readonly string[]): string => (rules.length === 0 ? "no rule" : rules.join(", "));
