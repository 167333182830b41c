import { PRODUCT_NAMES } from "./cloud-names.ts";
import type { Meter } from "./meters.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { isRequestBilled, lacksDuration, namesRequestTime, namesTime } from "./run-time.ts";

/** A meter without a known rate, and the amount up to which one is known, where it is only known so far. */
export interface UnknownMeter {
  readonly meter: Meter;
  readonly knownUpTo?: string | undefined;
}

/**
 * What a quote leaves out, each a sentence: meters without a known rate, what the request says and nothing is charged by, and
 * what it hints at and does not name. `charged` are the meters that have a line.
 */
export function notPricedSentences(
  request: QuoteRequest,
  unknown: readonly UnknownMeter[],
  charged: ReadonlySet<string>,
): readonly string[] {
  const { provider, resources } = request;
  const sentences = unknown.map((one) => `${one.meter}: no price is known ${unknownWhere(request, one)}`);
  sentences.push(...requestSentences(request), ...rateSentences(request, charged));
  if (provider === "cloud-run" && (resources.ephemeralStorageGiB ?? 0) > 0)
    sentences.push("ephemeralStorage: Cloud Run keeps files in memory, so size memory for them");
  return sentences;
}

/** Where, and above which amount, a price is not known: what follows "no price is known". */
export function unknownWhere({ provider, region }: QuoteRequest, { knownUpTo }: UnknownMeter): string {
  const above = knownUpTo === undefined ? "" : ` above ${knownUpTo}`;
  return `for ${provider} in ${region}${above}`;
}

function requestSentences(request: QuoteRequest): readonly string[] {
  const { provider, billing, usage, replicas } = request;
  const requests = Number(usage?.requests ?? 0);
  if (!isRequestBilled(request)) {
    const by =
      provider === "cloud-run" ? `${PRODUCT_NAMES[provider]} by ${billing}` : PRODUCT_NAMES[provider];
    return requests > 0 || billing === "request"
      ? [`request: ${by} charges for running time, whatever requests there are`]
      : [];
  }
  if (lacksDuration(request))
    return [
      "cpu-second: requests are counted without their time; give usage.requestMs, or the run time in usage.seconds",
    ];
  if (usage?.requests === undefined)
    return namesRequestTime(request)
      ? ["usage.requestMs: how many requests there are is not said; give usage.requests"]
      : [];
  if (!namesRequestTime(request)) return [];
  if (!namesTime(request))
    return (replicas ?? 0) > 0
      ? ["idle-cpu-second: how long instances are kept warm is not said; give usage.hours"]
      : [];
  return replicas === undefined && (Number(usage.seconds ?? 0) > 0 || Number(usage.hours ?? 0) > 0)
    ? ["idle-cpu-second: how many instances are kept warm for that time is not said; give replicas"]
    : [];
}

/** Rates of the request that nothing is charged by. */
function rateSentences({ rates = {}, usage }: QuoteRequest, charged: ReadonlySet<string>): readonly string[] {
  return Object.keys(rates)
    .filter((meter) => !charged.has(meter))
    .map((meter) =>
      meter === "lcu-hour" && usage?.lcuHours === undefined
        ? "lcu-hour: a rate says nothing of how many; give usage.lcuHours"
        : `${meter}: nothing of it is charged here, so its rate is not used`,
    );
}
