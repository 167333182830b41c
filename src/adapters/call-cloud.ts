import { AdapterError } from "../domain/fault.ts";
import type { Call } from "./adapter.ts";
import type { CloudPorts } from "./cloud-ports.ts";
import type { Bucket } from "./throttle.ts";

/** How often one call is sent at most when the cloud says to slow down or does not answer. */
export const MOST_TRIES = 3;
/** The first wait between tries is up to so long, and each further one up to twice the one before, ms. */
const FIRST_BACKOFF_MS = 200;

/** One call of a cloud's API, and what has to be known to send it well. */
export interface CloudCall<T> {
  /** The narrowest of its limits, which a refusal closes. */
  readonly bucket: Bucket;
  /** Others that it counts against. */
  readonly wider?: readonly Bucket[] | undefined;
  /** Whether the very same call may be sent again when its answer was lost. */
  readonly repeatable: boolean;
  /** Puts a vendor's error into one of our kinds. */
  readonly classify: (error: unknown) => AdapterError;
  readonly send: (signal: AbortSignal) => Promise<T>;
}

/**
 * Sends a call when its bucket allows, and again with full jitter when the cloud throttles it, or when it was lost and is
 * repeatable. Throws nothing but `AdapterError`.
 */
export async function callCloud<T>(
  ports: Pick<CloudPorts, "throttle" | "sleep" | "draw">,
  cloudCall: CloudCall<T>,
  call: Call,
): Promise<T> {
  const { bucket, wider, repeatable, classify, send } = cloudCall;
  for (let tries = 1; ; tries += 1) {
    await ports.throttle.take(bucket, call, wider);
    try {
      return await send(call.signal);
    } catch (thrown) {
      const error = thrown instanceof AdapterError ? thrown : classify(thrown);
      if (error.kind === "throttled") ports.throttle.refused(bucket, error.retryAfterMs);
      const again = error.kind === "throttled" || (error.kind === "unavailable" && repeatable);
      if (!again || tries >= MOST_TRIES || call.signal.aborted) throw error;
      await ports.sleep(Math.ceil(ports.draw() * FIRST_BACKOFF_MS * 2 ** (tries - 1)), call.signal);
    }
  }
}
