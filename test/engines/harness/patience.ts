import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MS = 30_000;
const STEP_MS = 50;
const CALL_MS = 2_000;

/** Ask again until the answer is right; gives it, or throws with the last one. The time it may take is a bound, not a measure. */
export async function eventually<T>(
  ask: () => Promise<T>,
  right: (answer: T) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (right(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`still not so after ${String(patienceMs)} ms: ${JSON.stringify(answer)}`);
    await wait(STEP_MS);
  }
}

/** The body of a 200 answer; undefined for anything else. */
export async function getText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(CALL_MS) });
    const text = await response.text();
    return response.status === 200 ? text : undefined;
  } catch {
    return undefined;
  }
}
