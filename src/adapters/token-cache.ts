import type { Call } from "./adapter.ts";

/** A credential of a cloud and when it ends, ms. */
export interface Expiring<T> {
  readonly value: T;
  readonly expiresAt: number;
}

/** Credentials are renewed when less than this part of their life is left, so that none ends in the middle of a call. */
const RENEW_AT_SHARE = 0.25;
/** An exchange that takes longer has failed, ms: a verb has 20 s for everything. */
export const EXCHANGE_MS = 8_000;
/**
 * For so long after a failed exchange nobody asks again, ms: each of one call's own tries would ask as often as the exchange is tried.
 * Short, for whoever has mended a role wants to see it.
 */
export const FAILED_MS = 2_000;

/**
 * Keeps one credential and renews it early, or throws what the exchange threw. Each caller exchanges for itself and waits for nobody else's exchange: a caller may be ended
 * at any moment, and on Workers whoever waits for what another request has begun may wait for ever. The newest is kept, and
 * while an old credential still holds it is used on. What a cloud answered instead of one is thrown again for a moment; that the caller's
 * own time ended is nobody else's failure.
 */
export function tokenCache<T>(
  now: () => number,
  exchange: (call: Call) => Promise<Expiring<T>>,
): (call: Call) => Promise<T> {
  let kept: { readonly token: Expiring<T>; readonly renewAt: number } | undefined;
  let begunAt: number | undefined;
  let failed: { readonly error: unknown; readonly at: number } | undefined;
  const renewed = async ({ signal }: Call): Promise<T> => {
    const asked = now();
    if (failed !== undefined && asked - failed.at < FAILED_MS) throw failed.error;
    begunAt = asked;
    const ends = AbortSignal.any([signal, AbortSignal.timeout(EXCHANGE_MS)]);
    const token = await exchange({ signal: ends }).catch((error: unknown) => {
      if (!ends.aborted) failed = { error, at: now() };
      throw error;
    });
    if (kept === undefined || kept.token.expiresAt < token.expiresAt)
      kept = { token, renewAt: token.expiresAt - (token.expiresAt - asked) * RENEW_AT_SHARE };
    return token.value;
  };
  return async (call) => {
    const old = kept;
    const at = now();
    if (old === undefined || at >= old.token.expiresAt) return await renewed(call);
    // One renewal at a time is enough while the old one holds.
    const underWay = begunAt !== undefined && at < begunAt + EXCHANGE_MS;
    if (at < old.renewAt || underWay) return old.token.value;
    try {
      return await renewed(call);
    } catch {
      return old.token.value;
    }
  };
}
