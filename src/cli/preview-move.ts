import type { Offer } from "../domain/offer.ts";
import { samePlace, type Place } from "../domain/place.ts";
import type { DryRun, WorkloadView } from "./api.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Client } from "./client.ts";
import type { Block } from "../render/block.ts";
import { moveTable } from "../render/move-table.ts";
import { toText } from "../render/to-text.ts";
import { difference } from "./figures.ts";
import { placesWords, placeWords } from "../render/place-words.ts";
import { Refusal } from "./refusal.ts";
import { fidelityText, shapeText } from "../render/offer-text.ts";
import { matchWords, type PlaceMatch } from "./resolve-place.ts";

/** Where a workload is, and where it would go. */
export interface Move {
  readonly workload: WorkloadView;
  readonly to: Place;
  readonly offer: Offer;
}

/** Every target is asked for offers, ms. */
const PREVIEW_TIMEOUT_MS = 60_000;

/** What a move would mean. Throws the broker's own refusal, with its reasons, when no place there can take it. */
export async function previewMove(client: Client, name: string, match: PlaceMatch): Promise<Move> {
  const path = `/v1/workloads/${encodeURIComponent(name)}`;
  const { body: workload } = await client.call<WorkloadView>({ method: "GET", path });
  const call = { method: "POST", path: `${path}/migrate`, timeoutMs: PREVIEW_TIMEOUT_MS } as const;
  const ask = () => client.call<DryRun>({ ...call, body: { to: match, dryRun: true } });
  const { body: answer } = await ask().catch((error: unknown) => {
    throw error instanceof ApiProblem && error.code === "no-placement" ? impossible(error, match) : error;
  });
  const here = (workload.plan?.units ?? []).map((unit) => unit.place);
  const there = (answer.plan.units ?? []).map((unit) => unit.place);
  const to = there.find((place) => !here.some((one) => samePlace(one, place)));
  const offer = answer.ranked.find((ranked) => to !== undefined && samePlace(ranked.offer.place, to))?.offer;
  if (to !== undefined && offer !== undefined) return { workload, to, offer };
  const already = there.map((place) => placeWords(place)).join(", ");
  throw new Refusal(1, `it already runs on ${already}, and ${matchWords(match)} has no better place for it`);
}

/** The move for a person, before the question. */
export function previewText({ workload, to, offer }: Move, width: number): string {
  const { units = [], price: before } = workload.plan ?? {};
  const [unit] = units;
  const after = offer.price;
  const change =
    before === undefined || after === undefined
      ? []
      : [line(`${difference(before.expectedUsd, after.expectedUsd)} a month expected`)];
  const rows = [
    {
      name: "from",
      place: placesWords(units.map(({ place }) => place)),
      shape: unit === undefined ? "" : shapeText(unit),
      price: before,
    },
    {
      name: "to",
      place: placeWords(to),
      shape: shapeText(offer),
      price: after,
      note: fidelityText(offer.fidelity),
    },
  ];
  return toText([moveTable(rows), ...change, line(HOW)], width);
}

const HOW = "It starts beside the old one; traffic moves once it serves. The address stays.";
const line = (text: string): Block => ({ kind: "words", text, indent: 2 });

/** Reasons that a refusal repeats. */
const MAX_REASONS = 5;

/** What stands against the places that were meant, and not what stands against all others. */
function impossible(problem: ApiProblem, match: PlaceMatch): Refusal {
  const rejected = Array.isArray(problem.document["rejected"]) ? problem.document["rejected"] : [];
  const messages = rejected.flatMap((entry: unknown) => {
    const { offer, reasons } = Object(entry);
    const place = Object(Object(offer).place);
    const meant = Object.entries(match).every(([key, value]) => value === undefined || place[key] === value);
    return meant && Array.isArray(reasons)
      ? reasons.map((reason: unknown) => String(Object(reason).message))
      : [];
  });
  return new Refusal(1, `no place of ${matchWords(match)} can take it`, {
    details: [...new Set(messages)].slice(0, MAX_REASONS).map((text) => `  ${text}`),
  });
}
