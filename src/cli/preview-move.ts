import type { Offer, Price } from "../domain/offer.ts";
import { samePlace, type Place } from "../domain/place.ts";
import type { DryRun, WorkloadView } from "./api.ts";
import type { Client } from "./client.ts";
import { difference, dollars } from "./figures.ts";
import { placesWords, placeWords } from "./place-words.ts";
import { Refusal } from "./refusal.ts";
import { fidelityText, shapeText } from "./render/offer-text.ts";
import { matchWords, type PlaceMatch } from "./resolve-place.ts";

/** Where a workload is, and where it would go. */
export interface Move {
  readonly workload: WorkloadView;
  readonly to: Place;
  /** Absent where only the pin of an earlier move stands against it: a dry run obeys that pin and prices nothing else. */
  readonly offer?: Offer;
}

/** Every target is asked for offers, ms. */
const PREVIEW_TIMEOUT_MS = 60_000;

/** What a move would mean, from a dry run of the spec as it is. Throws a `Refusal` with the reasons when no place there can take it. */
export async function previewMove(client: Client, name: string, match: PlaceMatch): Promise<Move> {
  const path = `/v1/workloads/${encodeURIComponent(name)}`;
  const { body: workload } = await client.call<WorkloadView>({ method: "GET", path });
  const here = (workload.plan?.units ?? []).map((unit) => unit.place);
  const isNew = (place: Place) => matches(place, match) && !here.some((one) => samePlace(one, place));
  const answer = await dryRun(client, workload);
  const best = answer.ranked.find(({ offer }) => isNew(offer.place))?.offer;
  if (best !== undefined) return { workload, to: best.place, offer: best };
  const pinnedAway = answer.rejected.find(
    ({ offer, reasons }) => isNew(offer.place) && reasons.every(({ rule }) => rule === "pin"),
  );
  if (pinnedAway !== undefined) return { workload, to: pinnedAway.offer.place };
  throw impossible(answer, match, here);
}

/** The move for a person, before the question. */
export function previewText({ workload, to, offer }: Move): string {
  const before = workload.plan?.price;
  const after = offer?.price;
  const shape = offer === undefined ? "" : ` (${shapeText(offer)})`;
  const rows = [
    ["from", placesWords((workload.plan?.units ?? []).map((unit) => unit.place)), amount(before)],
    ["to", `${placeWords(to)}${shape}`, amount(after)],
  ] as const;
  const [places, amounts] = [widest(rows.map(([, place]) => place)), widest(rows.map(([, , usd]) => usd))];
  const [from = "", dest = ""] = rows.map(
    ([word, place, usd]) => `  ${word.padEnd(5)}  ${place.padEnd(places)}   ${usd.padStart(amounts)}`,
  );
  const change =
    before === undefined || after === undefined
      ? ""
      : `   ${difference(before.expectedUsd, after.expectedUsd)} a month`;
  const there = offer === undefined ? UNPRICED : `  there  ${fidelityText(offer.fidelity)}`;
  return `${[from, dest + change, there, HOW].join("\n")}\n`;
}

const UNPRICED = "  The pin of an earlier move hides its price until this one replaces the pin.";
const HOW = "  It starts beside the old one; traffic moves once it serves. The address stays.";
const amount = (price: Price | undefined): string => (price === undefined ? "?" : dollars(price.expectedUsd));
const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));

async function dryRun(client: Client, workload: WorkloadView): Promise<DryRun> {
  const body = { spec: workload.spec };
  const call = { method: "POST", path: "/v1/plans", body, timeoutMs: PREVIEW_TIMEOUT_MS } as const;
  return (await client.call<DryRun>(call)).body;
}

function matches(place: Place, { target, provider, region }: PlaceMatch): boolean {
  return (
    (target === undefined || place.target === target) &&
    (provider === undefined || place.provider === provider) &&
    (region === undefined || place.region === region)
  );
}

/** Reasons that a refusal repeats. */
const MAX_REASONS = 5;

function impossible(answer: DryRun, match: PlaceMatch, here: readonly Place[]): Refusal {
  const where = matchWords(match);
  const already = here.find((place) => matches(place, match));
  if (already !== undefined)
    return new Refusal(
      1,
      `it already runs on ${placeWords(already)}, and ${where} has no other place for it`,
    );
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
