import type { Call } from "./adapter.ts";

/** A credential of a cloud and when it ends, ms. */
export interface Expiring<T> {
  readonly value: T;
  readonly expiresAt: number;
}

/** Credentials are renewed when less than this part of their life is left, so that none ends in the middle of a call. */
const RENEW_AT_SHARE = 0.25;

/**
 * Keeps one credential and renews it early; callers that come while it is being renewed share one exchange. A failed exchange
 * is not kept, and while the old credential still holds it is used on.
 */
export function tokenCache<T>(
  now: () => number,
  exchange: (call: Call) => Promise<Expiring<T>>,
): (call: Call) => Promise<T> {
  let kept: { readonly token: Expiring<T>; readonly renewAt: number } | undefined;
  let renewing: Promise<T> | undefined;
  const renew = async (call: Call): Promise<T> => {
    const asked = now();
    const token = await exchange(call);
    kept = { token, renewAt: token.expiresAt - (token.expiresAt - asked) * RENEW_AT_SHARE };
    return token.value;
  };
  return async (call) => {
    if (kept !== undefined && now() < kept.renewAt) return kept.token.value;
    const old = kept;
    renewing ??= renew(call).finally(() => {
      renewing = undefined;
    });
    if (old === undefined || now() >= old.token.expiresAt) return await renewing;
    return await renewing.catch(() => old.token.value);
  };
}
