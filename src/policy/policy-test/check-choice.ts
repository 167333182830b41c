import type { Offer } from "../../domain/offer.ts";
import type { Decision } from "../decision.ts";
import type { ExpectDocument } from "./document.ts";
import { described, type Difference, type Looked, MAX_SHOWN } from "./difference.ts";
import { NOWHERE } from "./prepare.ts";
import { refersTo, shortName } from "./reference.ts";

/** What is expected of the choice: where it goes, whether it stays, from which tier, and why. */
export function checkChoice(expect: ExpectDocument, looked: Looked): readonly Difference[] {
  return [placed, stays, tier, because].flatMap((check) => check(expect, looked));
}

function placed({ placed: words }: ExpectDocument, { decision, offers, at }: Looked): readonly Difference[] {
  if (words === undefined) return [];
  const { chosen } = decision.choice;
  if (chosen === undefined ? words === NOWHERE : refersTo(words, chosen.offer)) return [];
  const actual = chosen === undefined ? NOWHERE : described(chosen, offers);
  const why = [decision.choice.because, ...standingOf(words, decision, offers)];
  return [{ pointer: `${at}/placed`, what: "placed", expected: words, actual, why }];
}

// Where the expected place stands instead: refused with its reasons, or behind in the ranking.
function standingOf(words: string, { placement }: Decision, offers: readonly Offer[]): readonly string[] {
  if (words === NOWHERE) return [];
  const behind = placement.ranked.findIndex(({ offer }) => refersTo(words, offer));
  const one = placement.ranked[behind];
  if (one !== undefined) return [`${described(one, offers)} ranks ${behind + 1}`];
  const refused = placement.rejected.filter(({ offer }) => refersTo(words, offer)).slice(0, MAX_SHOWN);
  return refused.map(
    ({ offer, reasons }) =>
      `${shortName(offer, offers)} is refused: ${reasons.map(({ message }) => message).join("; ")}`,
  );
}

function stays({ stays: wanted }: ExpectDocument, { decision, at }: Looked): readonly Difference[] {
  const { choice } = decision;
  if (wanted === undefined || wanted === choice.stays) return [];
  const words = (value: boolean): string => (value ? "it stays" : "it does not stay");
  return [
    {
      pointer: `${at}/stays`,
      what: "stays",
      expected: words(wanted),
      actual: words(choice.stays),
      why: [choice.because],
    },
  ];
}

function tier({ tier: name }: ExpectDocument, { decision, at }: Looked): readonly Difference[] {
  if (name === undefined) return [];
  const actual = decision.choice.chosen?.tier;
  if (actual === name) return [];
  return [
    {
      pointer: `${at}/tier`,
      what: "tier",
      expected: name,
      actual: actual ?? "no tier",
      why: [decision.choice.because],
    },
  ];
}

function because({ because: words }: ExpectDocument, { decision, at }: Looked): readonly Difference[] {
  const actual = decision.choice.because;
  if (words === undefined || actual.includes(words)) return [];
  return [{ pointer: `${at}/because`, what: "because", expected: `... ${words} ...`, actual, why: [] }];
}
