import type { Refusal as Reason } from "../domain/feature.ts";
import type { LineOf } from "../domain/parse-document.ts";
import { PROVIDERS } from "../domain/place.ts";
import type { RejectedOffer } from "../domain/plan.ts";
import { groupRejected } from "../policy/group-rejected.ts";
import type { ApiProblem } from "./api-problem.ts";
import type { Sink } from "./context.ts";
import { isRecord } from "./is-record.ts";
import { placesWords } from "../render/place-words.ts";
import { Refusal } from "./refusal.ts";
import { refusedBlocks } from "../render/refused.ts";
import { wrap } from "../render/table.ts";
import { textLines } from "../render/to-text.ts";
import { widthOf } from "./width.ts";

/** Groups of places that are shown; the API's own answer has every place. */
const MAX_GROUPS = 8;
/** Places that are named before their reasons; more are only counted. */
const MAX_NAMED = 3;

/** Why no place can take a spec: what is connected first, places with the same reasons together, and the line of each field they speak of. */
export function explainNoPlacement(problem: ApiProblem, to: Sink, lineOf?: LineOf): Refusal {
  const message = to.columns === undefined ? [problem.message] : wrap(problem.message, to.columns);
  return new Refusal(1, message.join("\n"), {
    cause: problem,
    details: refusedLines(problem.document, widthOf(to), lineOf ?? (() => undefined)),
    next: "Where it could run, connected or not:  berth compare -f FILE",
  });
}

/** The table of everything that refuses, from the members that a problem of this kind has. */
export function refusedLines(
  document: ApiProblem["document"],
  width: number,
  lineOf: LineOf,
): readonly string[] {
  const rejected = listIn(document, "rejected").filter(isRejected);
  const groups = groupRejected(rejected).toSorted((a, b) => Number(isFar(a)) - Number(isFar(b)));
  const shown = groups.slice(0, MAX_GROUPS);
  const omitted = omittedIn(document);
  const refused = rejected.length === 0 ? 0 : rejected.length + omitted.rejected;
  const offers = refused - shown.reduce((sum, { length }) => sum + length, 0);
  const blocks = refusedBlocks({
    refused,
    of: refused + listIn(document, "ranked").length + omitted.ranked,
    groups: shown.map((group) => ({
      offers: group.length,
      why: whereText(group) + whyText(group[0]?.reasons ?? [], lineOf),
    })),
    hidden: { offers, hint: "--json lists them" },
  });
  return textLines(blocks, width);
}

/** Whether nobody has connected these places. */
const isFar = (group: readonly RejectedOffer[]): boolean =>
  group.every(({ offer }) => offer.place.target === undefined);

function whereText(group: readonly RejectedOffer[]): string {
  const places = new Set(group.map(({ offer }) => placesWords([offer.place])));
  return isFar(group) || places.size > MAX_NAMED ? "" : `${[...places].join(", ")}: `;
}

function whyText(reasons: readonly Reason[], lineOf: LineOf): string {
  return [...new Set(reasons.map((reason) => reasonText(reason, lineOf)))].join("; ");
}

function reasonText({ message, pointer }: Reason, lineOf: LineOf): string {
  if (pointer === undefined || pointer === "") return message;
  const line = lineOf(pointer);
  return `${line === undefined ? "" : `line ${line} `}${pointer}: ${message}`;
}

function listIn(document: ApiProblem["document"], name: string): readonly unknown[] {
  const list = document[name];
  return Array.isArray(list) ? list : [];
}

function omittedIn(document: ApiProblem["document"]): { readonly ranked: number; readonly rejected: number } {
  const { ranked, rejected } = Object(document["omitted"]);
  return { ranked: Number(ranked ?? 0), rejected: Number(rejected ?? 0) };
}

// A problem's members beyond RFC 9457 are read as they come; an entry in another form is passed over.
function isRejected(entry: unknown): entry is RejectedOffer {
  if (!isRecord(entry) || !isRecord(entry["offer"]) || !isRecord(entry["offer"]["place"])) return false;
  const { provider, region } = entry["offer"]["place"];
  const reasons = entry["reasons"];
  return (
    PROVIDERS.some((one) => one === provider) &&
    typeof region === "string" &&
    Array.isArray(reasons) &&
    reasons.every(isReason)
  );
}

function isReason(reason: unknown): reason is Reason {
  return (
    isRecord(reason) &&
    typeof reason["message"] === "string" &&
    (reason["pointer"] === undefined || typeof reason["pointer"] === "string")
  );
}
