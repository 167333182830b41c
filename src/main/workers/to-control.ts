import { Fault } from "../../domain/fault.ts";
import type { Service } from "./bindings.ts";

/** How long the control Worker may take to begin its answer: longer than the longest wait it grants (60 s). */
const BEGIN_MS = 75_000;
const RETRY_SECONDS = 5;

/** Hands a call to the control Worker. Throws `unavailable` when it is down or does not begin to answer. */
export async function askControl(control: Service, request: Request): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), BEGIN_MS);
  try {
    // The deadline is for the beginning only: what follows may be a log that goes on.
    return await control.fetch(
      new Request(request, { signal: AbortSignal.any([request.signal, late.signal]) }),
    );
  } catch (error) {
    throw new Fault(
      "unavailable",
      "The control Worker does not answer; what runs goes on, and reads do. Try again soon.",
      { retryAfterSeconds: RETRY_SECONDS, cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
