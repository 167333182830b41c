import { pointerTo } from "../../domain/json-pointer.ts";
import type { ExpectDocument } from "./document.ts";
import { described, type Difference, type Looked, MAX_SHOWN } from "./difference.ts";
import { isList } from "./prepare.ts";
import { refersTo, shortName } from "./reference.ts";

/** What is expected of the offers: the ranking's order, which are refused and by what, and which are not. */
export function checkOffers(expect: ExpectDocument, looked: Looked): readonly Difference[] {
  return [order, rejected, allowed].flatMap((check) => check(expect, looked));
}

function order({ order: wanted }: ExpectDocument, { decision, offers, at }: Looked): readonly Difference[] {
  if (wanted === undefined) return [];
  const { ranked } = decision.placement;
  const wrong = wanted.findIndex((words, index) => {
    const here = ranked[index];
    return here === undefined || !refersTo(words, here.offer);
  });
  if (wrong === -1) return [];
  const shown = ranked
    .slice(0, Math.max(wanted.length, wrong + 1))
    .map((one) => shortName(one.offer, offers));
  return [
    {
      pointer: `${at}/order/${wrong}`,
      what: "order",
      expected: wanted.join(", "),
      actual: shown.length === 0 ? "nothing is ranked" : shown.join(", "),
      why: ranked.slice(0, MAX_SHOWN).map((one) => described(one, offers)),
    },
  ];
}

function rejected(
  { rejected: wanted }: ExpectDocument,
  { decision, offers, at }: Looked,
): readonly Difference[] {
  if (wanted === undefined) return [];
  const claims = isList(wanted)
    ? wanted.map((words, index) => ({ words, rules: [], key: index }))
    : Object.entries(wanted).map(([words, rules]) => ({ words, rules, key: words }));
  return claims.flatMap(({ words, rules, key }) => {
    const pointer = at + pointerTo(["rejected", key]);
    const what = `rejected ${words}`;
    const expected = rules.length === 0 ? "refused" : rules.join(", ");
    const standing = decision.placement.ranked.find(({ offer }) => refersTo(words, offer));
    if (standing !== undefined)
      return [{ pointer, what, expected, actual: "not refused", why: [described(standing, offers)] }];
    return decision.placement.rejected
      .filter(({ offer }) => refersTo(words, offer))
      .filter(({ reasons }) => !rules.every((rule) => reasons.some((reason) => isRule(reason.rule, rule))))
      .slice(0, MAX_SHOWN)
      .map(({ offer, reasons }) => ({
        pointer,
        what,
        expected,
        actual: reasons.map((reason) => reason.rule).join(", "),
        why: reasons.map(({ message }) => `${shortName(offer, offers)}: ${message}`),
      }));
  });
}

function allowed({ allowed: wanted = [] }: ExpectDocument, looked: Looked): readonly Difference[] {
  const { decision, offers, at } = looked;
  return wanted.flatMap((words, index) => {
    if (decision.placement.ranked.some(({ offer }) => refersTo(words, offer))) return [];
    const refusals = decision.placement.rejected.filter(({ offer }) => refersTo(words, offer));
    return refusals.slice(0, 1).map(({ offer, reasons }) => ({
      pointer: `${at}/allowed/${index}`,
      what: `allowed ${words}`,
      expected: "not refused",
      actual: reasons.map(({ rule }) => rule).join(", "),
      why: reasons.map(({ message }) => `${shortName(offer, offers)}: ${message}`),
    }));
  });
}

// `jurisdictions` is enough for `policy:jurisdictions`, and a requirement's own name for `policy:require.` and that.
const isRule = (rule: string, words: string): boolean =>
  rule === words ||
  rule === `policy:${words}` ||
  rule === `policy:require.${words}` ||
  rule === `feature:${words}`;
