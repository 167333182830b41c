import { AdapterError, REMEDY, type Trouble } from "../domain/fault.ts";
import type { Setback } from "../store/store.ts";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
/** How long a refusal by permission or quota rests before it is tried again outside a rollout, ms. */
const PARK_MS = 300_000;
const MAX_DOUBLINGS = 10;

/** The setback after one more failure. `draw` in [0, 1) spreads retries over the whole pause (full jitter). */
export function setbackAfter(
  error: unknown,
  before: Setback | undefined,
  now: number,
  draw: number,
): Setback {
  const trouble = error instanceof AdapterError ? error : new AdapterError("bug", messageOf(error));
  const attempts = (before?.attempts ?? 0) + 1;
  return {
    kind: trouble.kind,
    message: trouble.message,
    attempts,
    notBefore: notBefore(trouble.kind, trouble.retryAfterMs, attempts, now, draw),
  };
}

function notBefore(
  kind: Trouble,
  retryAfterMs: number | undefined,
  attempts: number,
  now: number,
  draw: number,
) {
  const remedy = REMEDY[kind];
  if (remedy === "tell-user") return undefined;
  if (remedy === "park") return now + PARK_MS;
  // Another plan is asked for at once; the pause only paces asking when there is no other place.
  if (remedy === "replan") return now;
  const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, MAX_DOUBLINGS));
  return now + Math.max(retryAfterMs ?? 0, Math.round(ceiling * draw));
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
