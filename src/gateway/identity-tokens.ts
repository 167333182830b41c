import type { EndpointAuth, IdentityToken, MakeIdentityToken } from "../domain/identity-token.ts";
import { NotBegunError } from "../domain/upstream.ts";
import { within } from "./within.ts";

/** Making one takes two calls to Google; longer than this has failed, ms. */
export const MAKE_MS = 5_000;
/** A token is renewed when between half and three quarters of its life are over: not all of them at once. */
const RENEW_FROM_SHARE = 0.5;
const RENEW_WITHIN_SHARE = 0.25;
/** What is so near its end is not sent any more: the other side's clock may be ahead, ms. */
const END_MARGIN_MS = 5_000;
/** After a failure the next try waits this long, and at most as long again, ms: without a token at all, and while an old one holds. */
const AFTER_FAILURE_MS = 2_000;
const AFTER_FAILED_RENEWAL_MS = 30_000;
/** How often a request looks whether the token has come that another one asked for, ms. */
const LOOK_EVERY_MS = 25;
const MOST_LOOKS = Math.ceil(MAKE_MS / LOOK_EVERY_MS) + 1;
/** Tokens kept; of more, the one that was asked for first is made again when it is needed. */
export const MOST_TOKENS = 5_000;

/** The tokens that a gateway shows to endpoints which ask for one. */
export interface IdentityTokens {
  /** A token that still holds. Throws `NotBegunError` with a sentence for the caller when there is none. */
  tokenFor(auth: EndpointAuth, signal: AbortSignal): Promise<IdentityToken>;
}

export interface IdentityTokenPorts {
  readonly make: MakeIdentityToken;
  readonly now: () => number;
  /** A number in [0, 1), for jitter. */
  readonly draw: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Lets work go on after the request that began it was answered. */
  readonly later: (work: Promise<void>) => void;
  readonly log: (sentence: string) => void;
}

interface Entry {
  token: IdentityToken | undefined;
  renewAt: number;
  /** Since when one is being made; undefined while none is. */
  begunAt: number | undefined;
  /** Until when nobody asks again after a failure. */
  quietUntil: number;
}

/**
 * Keeps a token for each target, unit and audience, renews it early and in the background, one request at a time; when that fails, the old
 * one is used until it ends. Who finds none waits by looking, never on another request's promise: on Workers that may never be kept.
 */
export function createIdentityTokens(ports: IdentityTokenPorts): IdentityTokens {
  const { now, later, sleep } = ports;
  const entries = new Map<string, Entry>();
  return {
    async tokenFor(auth, signal) {
      const entry = entryOf(entries, auth);
      const held = heldBy(entry, now());
      if (held !== undefined) {
        if (now() >= entry.renewAt && isFree(entry, now())) later(renew(entry, auth, ports));
        return held;
      }
      for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
        if (isFree(entry, now())) {
          if (now() < entry.quietUntil) break;
          const work = renew(entry, auth, ports);
          later(work);
          await work;
        } else await sleep(LOOK_EVERY_MS, signal);
        signal.throwIfAborted();
        const token = heldBy(entry, now());
        if (token !== undefined) return token;
      }
      throw new NotBegunError(noToken(auth));
    },
  };
}

/** What a caller is told. It names no account, and nothing that Google said. */
function noToken({ audience }: EndpointAuth): string {
  return `${audience} lets in only who shows an identity of Google, and the gateway has none to show now: \`berth target check\` says which permission its target lacks (run.routes.invoke, iam.serviceAccounts.getOpenIdToken)`;
}

function entryOf(entries: Map<string, Entry>, { target, unit, audience }: EndpointAuth): Entry {
  const key = JSON.stringify([target, unit, audience]);
  const there = entries.get(key);
  if (there !== undefined) return there;
  const fresh: Entry = { token: undefined, renewAt: 0, begunAt: undefined, quietUntil: 0 };
  entries.set(key, fresh);
  const [oldest] = entries.keys();
  if (entries.size > MOST_TOKENS && oldest !== undefined) entries.delete(oldest);
  return fresh;
}

const heldBy = ({ token }: Entry, at: number): IdentityToken | undefined =>
  token !== undefined && at < token.expiresAt - END_MARGIN_MS ? token : undefined;

// One that was begun longer ago than it may take was cut off with its request.
const isFree = ({ begunAt }: Entry, at: number): boolean => begunAt === undefined || at >= begunAt + MAKE_MS;

/** Never rejects: a failure is logged, and known by the token that is not there. */
async function renew(
  entry: Entry,
  auth: EndpointAuth,
  { make, now, draw, log }: IdentityTokenPorts,
): Promise<void> {
  const begunAt = now();
  entry.begunAt = begunAt;
  try {
    const token = await within(make(auth, AbortSignal.timeout(MAKE_MS)), MAKE_MS);
    const life = token.expiresAt - now();
    if (entry.token === undefined || entry.token.expiresAt < token.expiresAt) entry.token = token;
    entry.renewAt = now() + life * (RENEW_FROM_SHARE + RENEW_WITHIN_SHARE * draw());
  } catch (error) {
    entry.quietUntil = now() + AFTER_FAILURE_MS * (1 + draw());
    entry.renewAt = now() + AFTER_FAILED_RENEWAL_MS * (1 + draw());
    log(`no identity token for ${auth.audience}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (entry.begunAt === begunAt) entry.begunAt = undefined;
  }
}
