import type { Given } from "./command.ts";
import { usage } from "./refusal.ts";

/** Longer than the longest default rollout (`rollout.deadlineSeconds`, 900), which ends by itself. */
const DEFAULT_SECONDS = 1_200;
const MOST_SECONDS = 86_400;

/** How long `--timeout` says to wait, ms. Throws a usage `Refusal` for what is not a number of seconds. */
export function timeoutMs(given: Given): number {
  const text = given.flags["timeout"];
  if (text === undefined) return DEFAULT_SECONDS * 1_000;
  const seconds = /^\d{1,5}s?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (seconds >= 1 && seconds <= MOST_SECONDS) return seconds * 1_000;
  throw usage(
    `--timeout takes seconds from 1 to ${MOST_SECONDS}, not ${JSON.stringify(text)}`,
    "As in:  --timeout 300",
  );
}
