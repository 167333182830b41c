import { PRODUCT_NAMES } from "./cloud-names.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import { type PriceBook, regionOf, regionsOf } from "./book.ts";
import type { Meter } from "./meters.ts";
import { type Quote, quote } from "./quote.ts";
import { CLOUD_RUN_MAX_CONCURRENCY } from "./features/cloud-run.ts";
import { type UnknownMeter, unknownWhere } from "./not-priced.ts";
import { knownUpTo } from "./price-lines.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { statePrice } from "./state-price.ts";

/**
 * A quote for somebody who will take its total for the price: what contradicts itself is `invalid-body`, and a meter
 * that the request names and nobody knows the price of is `price-unknown`. Nothing is left out of the total in silence.
 */
export function firmQuote(request: QuoteRequest, book: PriceBook): Quote {
  const problems = placeProblems(request, book);
  if (problems.length > 0)
    throw new Fault("invalid-body", problems.map(({ message }) => message).join("; "), { problems });
  const answer = quote(request, book);
  const [first] = answer.unknown;
  if (first === undefined) return answer;
  const unknown = answer.unknown.map((meter) => ({
    pointer: pointerTo(meter),
    message: remedy(request, { meter, knownUpTo: knownUpTo(request, meter, book) }),
  }));
  throw new Fault("price-unknown", unknown.map(({ message }) => message).join("; "), {
    problems: unknown,
    extra: { unknown: answer.unknown },
  });
}

/** What is wrong with a request beyond its fields' own rules: a place nobody has heard of, or things its cloud does not sell. */
export function placeProblems(request: QuoteRequest, book: PriceBook): readonly Problem[] {
  const { provider, region, spot, arch, os, billing } = request;
  const problems: Problem[] = [];
  const wrong = (pointer: string, message: string): number => problems.push({ pointer, message });
  if (regionOf(book, provider, region) === undefined) wrong("/region", regionSentence(request, book));
  if (provider === "cloud-run" && spot === true)
    wrong("/spot", "Cloud Run has no Spot: remove spot, or quote ecs or aci");
  if (provider !== "ecs" && arch === "arm64")
    wrong("/arch", `${PRODUCT_NAMES[provider]} runs amd64 only: remove arch, or quote ecs`);
  if (os === "windows") {
    if (provider === "cloud-run") wrong("/os", "Cloud Run runs Linux only: remove os, or quote ecs or aci");
    if (arch === "arm64") wrong("/arch", "Fargate runs Windows on amd64 only: remove arch");
    if (spot === true) wrong("/spot", "Spot is sold for Linux only: remove spot or os");
  }
  if (provider !== "cloud-run" && billing === "worker-pool")
    wrong(
      "/billing",
      `Worker pools are Cloud Run's, and ${PRODUCT_NAMES[provider]} has none: remove billing`,
    );
  return [...problems, ...usageProblems(request)];
}

// An amount of 0 is none: who fills in every field says nothing wrong by it.
function usageProblems({ provider, usage = {} }: QuoteRequest): readonly Problem[] {
  const { requests, concurrency, seconds, hours } = usage;
  const problems: Problem[] = [];
  const few = concurrency !== undefined && Number(concurrency) < 1;
  if (few && (Number(concurrency) > 0 || Number(requests ?? 0) > 0))
    problems.push({
      pointer: "/usage/concurrency",
      message: "at least one request runs at a time: write 1 or more",
    });
  if (provider === "cloud-run" && Number(concurrency ?? 0) > CLOUD_RUN_MAX_CONCURRENCY)
    problems.push({
      pointer: "/usage/concurrency",
      message: `Cloud Run gives an instance at most ${CLOUD_RUN_MAX_CONCURRENCY} requests at once: write that or less`,
    });
  if (Number(seconds ?? 0) > 0 && Number(hours ?? 0) > 0)
    problems.push({ pointer: "/usage/hours", message: "say seconds or hours, one of them" });
  return problems;
}

function regionSentence({ provider, region }: QuoteRequest, book: PriceBook): string {
  const known = regionsOf(book, provider);
  const elsewhere = book.regions.find(({ id }) => id === region)?.provider;
  if (elsewhere !== undefined)
    return `${region} is a region of ${elsewhere}, not of ${provider}: change provider or region`;
  const meant =
    didYouMean(region, known) ?? known.find((id) => id === region.toLowerCase().replaceAll(/[ _]/g, ""));
  const hint = meant === undefined ? `one of ${known.slice(0, SHOWN_REGIONS).join(", ")}, ...` : `${meant}?`;
  return `${provider} has no region ${region}: did you mean ${hint}`;
}

const SHOWN_REGIONS = 5;

function remedy(request: QuoteRequest, unknown: UnknownMeter): string {
  const { meter } = unknown;
  const field = USAGE_OF[meter];
  const less = unknown.knownUpTo === undefined ? "leave" : "ask for no more than that or leave";
  const without = field === undefined ? "" : `, or ${less} usage.${field} out`;
  return `no price of ${meter} is known ${unknownWhere(request, unknown)}: give rates.${meter}, state it at the broker with ${statePrice(request, meter)}${without}`;
}

const pointerTo = (meter: Meter): string =>
  USAGE_OF[meter] === undefined ? `/rates/${meter}` : `/usage/${USAGE_OF[meter]}`;

/** The field of `usage` that names a meter. */
const USAGE_OF: Readonly<Partial<Record<Meter, string>>> = {
  "egress-gib": "egressGiB",
  "log-gib": "logGiB",
  "ipv4-hour": "ipv4Hours",
  "lb-hour": "lbHours",
  "lcu-hour": "lcuHours",
  "nat-hour": "natHours",
  "nat-gib": "natGiB",
  "inter-region-gib": "interRegionGiB",
};
