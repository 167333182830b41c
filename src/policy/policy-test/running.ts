import type { Offer } from "../../domain/offer.ts";
import type { Held } from "../held.ts";
import type { Incumbent } from "../question.ts";
import type { GivenDocument } from "./document.ts";
import { BILLING, givenPlace } from "./given-offer.ts";
import { refersTo } from "./reference.ts";

/** One of the places a test says it runs at, and what of it could be kept as it is, where it says how many replicas. */
export interface Running {
  readonly incumbent: Incumbent;
  readonly held?: Held | undefined;
}

/** Where a test says it runs now: nowhere, at one place, or divided over several. */
export function runningIn({ incumbent = [] }: GivenDocument, offers: readonly Offer[]): readonly Running[] {
  return [incumbent].flat().map((words) => runningAt(words, offers));
}

type Said = Exclude<NonNullable<GivenDocument["incumbent"]>, readonly unknown[]>;

function runningAt(words: Said, offers: readonly Offer[]): Running {
  const said = typeof words === "string" ? { place: words } : words;
  const incumbent = incumbentOf(said, offers);
  const { replicas } = said;
  return { incumbent, held: replicas === undefined ? undefined : { place: incumbent.place, replicas } };
}

function incumbentOf(said: Exclude<Said, string>, offers: readonly Offer[]): Incumbent {
  const words = said.billing === undefined ? said.place : `${said.place} ${said.billing}`;
  const offer = offers.find(
    (one) => refersTo(words, one) && (said.target === undefined || one.place.target === said.target),
  );
  if (offer !== undefined)
    return { place: offer.place, offer: offer.id, billing: offer.billing, shape: offer.shape };
  // It may run where nothing is offered any more: then only its place is known.
  const place = givenPlace(said.place, said.target);
  const shape = { milliCpu: 0, memoryMiB: 0, ephemeralStorageGiB: 0, arch: "any" as const };
  return { place, offer: "", billing: BILLING[place.provider], shape };
}
