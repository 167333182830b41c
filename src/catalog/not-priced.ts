import type { Meter } from "./meters.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { lacksDuration } from "./run-time.ts";

/** What a quote leaves out, each a sentence: meters without a known rate, then what the request hints at and does not name. */
export function notPricedSentences(request: QuoteRequest, unknown: readonly Meter[]): readonly string[] {
  const { provider, region, rates, usage, resources } = request;
  const sentences = unknown.map((meter) => `${meter}: no price is known for ${provider} in ${region}`);
  if (lacksDuration(request))
    sentences.push(
      "cpu-second: requests are counted without their time; give usage.requestMs, or the run time in usage.seconds",
    );
  if (rates?.["lcu-hour"] !== undefined && usage?.lcuHours === undefined)
    sentences.push("lcu-hour: a rate says nothing of how many; give usage.lcuHours");
  if (provider === "cloud-run" && (resources.ephemeralStorageGiB ?? 0) > 0)
    sentences.push("ephemeralStorage: Cloud Run keeps files in memory, so size memory for them");
  return sentences;
}
