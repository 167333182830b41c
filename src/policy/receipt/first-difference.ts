import { canonicalJson } from "../../domain/canonical-json.ts";
import type { Offer } from "../../domain/offer.ts";
import { placeLabel } from "../../domain/place.ts";
import type { Outcome, OutcomeRanked } from "./receipt.ts";

/** The first thing in which a replay differs: what it is, and how it was and is. */
export interface OutcomeDifference {
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

/** Where two outcomes first differ, in the order people read them: the choice, the ranking, the refusals, the split. */
export function firstDifference(offers: readonly Offer[], was: Outcome, is: Outcome): OutcomeDifference {
  const name = (position: number | undefined): string => nameOf(offers, position);
  return (
    differs("the place chosen", name(was.chosen), name(is.chosen)) ??
    ranking(name, was.ranked, is.ranked) ??
    refusals(name, was.rejected, is.rejected) ??
    differs("whether it stays", was.stays, is.stays) ??
    differs("the reason of the choice", was.because, is.because) ??
    differs("how the replicas split", was.split, is.split) ?? {
      what: "the outcome",
      was: canonicalJson(was),
      is: canonicalJson(is),
    }
  );
}

type NameOf = (position: number | undefined) => string;

function ranking(
  name: NameOf,
  was: readonly OutcomeRanked[],
  is: readonly OutcomeRanked[],
): OutcomeDifference | undefined {
  for (let index = 0; index < Math.max(was.length, is.length); index += 1) {
    const [then, now] = [was[index], is[index]];
    const found =
      differs(`rank ${index + 1}`, name(then?.offer), name(now?.offer)) ??
      differs(`the total of ${name(now?.offer)}, rank ${index + 1}`, then?.total, now?.total) ??
      differs(`the scores of ${name(now?.offer)}, rank ${index + 1}`, then?.scores, now?.scores) ??
      differs(`the tier of ${name(now?.offer)}, rank ${index + 1}`, then?.tier, now?.tier) ??
      differs(`what is noted of ${name(now?.offer)}, rank ${index + 1}`, then?.notes, now?.notes);
    if (found !== undefined) return found;
  }
  return undefined;
}

function refusals(
  name: NameOf,
  was: Outcome["rejected"],
  is: Outcome["rejected"],
): OutcomeDifference | undefined {
  for (let index = 0; index < Math.max(was.length, is.length); index += 1) {
    const [then, now] = [was[index], is[index]];
    const found =
      differs(`refused offer ${index + 1}`, name(then?.offer), name(now?.offer)) ??
      differs(`why ${name(now?.offer)} is refused`, then?.reasons, now?.reasons);
    if (found !== undefined) return found;
  }
  return undefined;
}

function differs(what: string, was: unknown, is: unknown): OutcomeDifference | undefined {
  const [then, now] = [textOf(was), textOf(is)];
  return then === now ? undefined : { what, was: then, is: now };
}

function textOf(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : canonicalJson(value);
}

function nameOf(offers: readonly Offer[], position: number | undefined): string {
  const offer = position === undefined ? undefined : offers[position];
  return offer === undefined ? "none" : `${placeLabel(offer.place)} (${offer.id})`;
}
