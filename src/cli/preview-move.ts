import type { Price } from "../domain/offer.ts";
import { samePlace, type Place } from "../domain/place.ts";
import type { RankedOffer } from "../domain/plan.ts";
import type { DryRun, WorkloadView } from "./api.ts";
import type { Client } from "./client.ts";
import { difference, dollars } from "./figures.ts";
import { placesWords, placeWords } from "./place-words.ts";
import { Refusal } from "./refusal.ts";
import { fidelityText, shapeText } from "./render/offer-text.ts";
import { matchWords, type PlaceMatch } from "./resolve-place.ts";

export interface Move {
  readonly workload: WorkloadView;
  readonly from: RankedOffer | undefined;
  readonly to: RankedOffer;
}

/** Every target is asked for offers, ms. */
const PREVIEW_TIMEOUT_MS = 60_000;

/** What a move would mean, from a dry run of the spec as it is. Throws a `Refusal` with the reasons when no place there can take it. */
export async function previewMove(client: Client, name: string, match: PlaceMatch): Promise<Move> {
  const path = `/v1/workloads/${encodeURIComponent(name)}`;
  const { body: workload } = await client.call<WorkloadView>({ method: "GET", path });
  const { body: answer } = await client.call<DryRun>({
    method: "POST",
    path: "/v1/plans",
    body: { spec: workload.spec },
    timeoutMs: PREVIEW_TIMEOUT_MS,
  });
  const here = workload.plan?.units[0]?.place;
  const from =
    here === undefined ? undefined : answer.ranked.find(({ offer }) => samePlace(offer.place, here));
  const to = answer.ranked.find(
    ({ offer }) => matches(offer.place, match) && !(here !== undefined && samePlace(offer.place, here)),
  );
  if (to !== undefined) return { workload, from, to };
  throw impossible(answer, match, here);
}

/** The move for a person, before the question. */
export function previewText({ workload, from, to }: Move): string {
  const before = workload.plan?.price ?? from?.offer.price;
  const after = to.offer.price;
  const rows = [
    ["from", placesWords((workload.plan?.units ?? []).map((unit) => unit.place)), amount(before)],
    ["to", `${placeWords(to.offer.place)} (${shapeText(to.offer)})`, amount(after)],
  ] as const;
  const [places, amounts] = [widest(rows.map(([, place]) => place)), widest(rows.map(([, , usd]) => usd))];
  const change =
    before === undefined || after === undefined
      ? ""
      : `   ${difference(before.expectedUsd, after.expectedUsd)} a month`;
  const [first = "", second = ""] = rows.map(
    ([word, place, usd]) => `  ${word.padEnd(5)}  ${place.padEnd(places)}   ${usd.padStart(amounts)}`,
  );
  const there = `  there  ${fidelityText(to.offer.fidelity)}`;
  return `${[first, second + change, there, HOW].join("\n")}\n`;
}

const HOW = "  It starts beside the old one; traffic moves once it serves. The address stays.";
const amount = (price: Price | undefined): string => (price === undefined ? "?" : dollars(price.expectedUsd));
const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));

function matches(place: Place, { target, provider, region }: PlaceMatch): boolean {
  return (
    (target === undefined || place.target === target) &&
    (provider === undefined || place.provider === provider) &&
    (region === undefined || place.region === region)
  );
}

/** Reasons that a refusal repeats. */
const MAX_REASONS = 5;

function impossible(answer: DryRun, match: PlaceMatch, here: Place | undefined): Refusal {
  const where = matchWords(match);
  if (here !== undefined && matches(here, match))
    return new Refusal(1, `it already runs on ${placeWords(here)}, and ${where} has no other place for it`);
  const refused = answer.rejected.filter(({ offer }) => matches(offer.place, match));
  const messages = [...new Set(refused.flatMap(({ reasons }) => reasons.map(({ message }) => message)))];
  if (messages.length === 0)
    return new Refusal(1, `${where} offers no place for it`, {
      next: "What is connected:  berth target list",
    });
  return new Refusal(1, `no place of ${where} can take it`, {
    details: messages.slice(0, MAX_REASONS).map((text) => `  ${text}`),
  });
}
