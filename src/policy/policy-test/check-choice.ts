import type { Offer } from "../../domain/offer.ts";
import type { RankedOffer } from "../../domain/plan.ts";
import type { Decision } from "../decision.ts";
import { type Parts, partsOf, whyOf } from "../where-to.ts";
import type { ExpectDocument } from "./document.ts";
import { described, type Difference, type Looked, MAX_SHOWN } from "./difference.ts";
import { NOWHERE } from "./prepare.ts";
import { refersTo, shortName } from "./reference.ts";

/** What is expected of the choice: where it goes, how many replicas where, whether it stays, from which tier, and why. */
export function checkChoice(expect: ExpectDocument, looked: Looked): readonly Difference[] {
  return [placed, split, stays, tier, because].flatMap((check) => check(expect, looked));
}

function placed({ placed: words }: ExpectDocument, { decision, offers, at }: Looked): readonly Difference[] {
  if (words === undefined) return [];
  const chosen = chosenIn(decision);
  if (chosen === undefined ? words === NOWHERE : refersTo(words, chosen.offer)) return [];
  const actual = chosen === undefined ? NOWHERE : described(chosen, offers);
  const why = [whyOf(decision), ...standingOf(words, decision, offers)];
  return [{ pointer: `${at}/placed`, what: "placed", expected: words, actual, why }];
}

// What is ranked best goes nowhere when its replicas cannot be divided as the policy asks.
function chosenIn(decision: Decision): RankedOffer | undefined {
  return partsOf(decision) === undefined ? undefined : decision.choice.chosen;
}

// Places are named by as much as is needed, so one name may stand for several places: then it has their sum.
function split({ split: wanted }: ExpectDocument, { decision, offers, at }: Looked): readonly Difference[] {
  if (wanted === undefined) return [];
  const parts = partsOf(decision) ?? [];
  const of = (words: string): Parts => parts.filter(({ ranked }) => refersTo(words, ranked.offer));
  const wrong = wanted.findIndex(
    ({ place, replicas }) => of(place).length === 0 || sumOf(of(place)) !== replicas,
  );
  const unsaid = parts.filter((part) => !wanted.some(({ place }) => of(place).includes(part)));
  if (wrong === -1 && unsaid.length === 0) return [];
  return [
    {
      pointer: wrong === -1 ? `${at}/split` : `${at}/split/${wrong}`,
      what: "split",
      expected: wanted.map(({ place, replicas }) => `${replicas} at ${place}`).join(", "),
      actual:
        parts.length === 0
          ? NOWHERE
          : parts
              .map(({ ranked, replicas }) => `${replicas} at ${shortName(ranked.offer, offers)}`)
              .join(", "),
      why: [
        whyOf(decision),
        ...(wanted[wrong] === undefined ? [] : standingOf(wanted[wrong].place, decision, offers)),
      ],
    },
  ];
}

const sumOf = (parts: Parts): number => parts.reduce((sum, { replicas }) => sum + replicas, 0);

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
  const stays = chosenIn(decision) !== undefined && decision.choice.stays;
  if (wanted === undefined || wanted === stays) return [];
  const words = (value: boolean): string => (value ? "it stays" : "it does not stay");
  return [
    {
      pointer: `${at}/stays`,
      what: "stays",
      expected: words(wanted),
      actual: words(stays),
      why: [whyOf(decision)],
    },
  ];
}

function tier({ tier: name }: ExpectDocument, { decision, at }: Looked): readonly Difference[] {
  if (name === undefined) return [];
  const actual = chosenIn(decision)?.tier;
  if (actual === name) return [];
  return [
    {
      pointer: `${at}/tier`,
      what: "tier",
      expected: name,
      actual: actual ?? "no tier",
      why: [whyOf(decision)],
    },
  ];
}

function because({ because: words }: ExpectDocument, { decision, at }: Looked): readonly Difference[] {
  const actual = whyOf(decision);
  if (words === undefined || actual.includes(words)) return [];
  return [{ pointer: `${at}/because`, what: "because", expected: `... ${words} ...`, actual, why: [] }];
}
