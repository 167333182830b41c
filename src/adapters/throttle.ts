import { AdapterError } from "../domain/fault.ts";
import type { Call } from "./adapter.ts";

/** One published limit of a cloud: `burst` calls at once, `perSecond` calls for good. The key names account, region and API. */
export interface Bucket {
  readonly key: string;
  readonly burst: number;
  readonly perSecond: number;
}

/** The calls that each account may still make. One for the whole process, for quotas belong to accounts and not to targets. */
export interface Throttle {
  /**
   * Resolves when a call may be sent, in the order asked. Throws `AdapterError` "throttled", with when to come back, rather than
   * wait longer than `LONGEST_WAIT_MS` or past the end of `call`. A call that also counts against `wider` limits takes from all or
   * from none: who is turned away must have used up nothing.
   */
  take(bucket: Bucket, call: Call, wider?: readonly Bucket[]): Promise<void>;
  /** The cloud has refused a call for being one too many: nothing is sent for so long, and the rate is halved. */
  refused(bucket: Bucket, retryAfterMs: number | undefined): void;
}

/** A caller waits at most so long for its turn; what takes longer comes back in a later pass. */
export const LONGEST_WAIT_MS = 5_000;
/** How long nothing is sent after a refusal that does not say, ms. */
export const USUAL_PAUSE_MS = 1_000;
/** After a refusal the rate is halved, down to this part of the published one ... */
const LEAST_SHARE = 1 / 16;
/** ... and grows back to the whole within this time without another, ms. */
const RECOVERY_MS = 60_000;
/** Buckets remembered at once; more accounts and APIs than this begin anew with a full one. */
const MOST_BUCKETS = 10_000;

interface Level {
  readonly tokens: number;
  readonly at: number;
  readonly closedUntil: number;
  readonly share: number;
}

/** A throttle over a clock and a way to wait. */
export function createThrottle(ports: {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}): Throttle {
  const levels = new Map<string, Level>();
  const keep = (bucket: Bucket, level: Level) => {
    levels.delete(bucket.key);
    const oldest = levels.keys().next();
    if (levels.size >= MOST_BUCKETS && oldest.done === false) levels.delete(oldest.value);
    levels.set(bucket.key, level);
  };
  return {
    async take(bucket, call, wider = []) {
      const now = ports.now();
      const asked = [bucket, ...wider].map((one) => {
        const level = filled(levels.get(one.key) ?? full(one, now), one, now);
        return { one, level, waitMs: Math.max(level.closedUntil - now, untilNext(level, one)) };
      });
      const { one: slowest, waitMs } = asked.reduce((a, b) => (b.waitMs > a.waitMs ? b : a));
      if (waitMs > LONGEST_WAIT_MS || call.signal.aborted) throw busy(slowest, waitMs);
      // Taken before the wait, so that whoever asks next queues behind.
      for (const { one, level } of asked) keep(one, { ...level, tokens: level.tokens - 1 });
      if (waitMs > 0) await ports.sleep(waitMs, call.signal);
      if (call.signal.aborted) throw busy(slowest, waitMs);
    },
    refused(bucket, retryAfterMs) {
      const now = ports.now();
      const level = filled(levels.get(bucket.key) ?? full(bucket, now), bucket, now);
      const closedUntil = Math.max(level.closedUntil, now + (retryAfterMs ?? USUAL_PAUSE_MS));
      keep(bucket, {
        tokens: Math.min(0, level.tokens),
        at: now,
        closedUntil,
        share: Math.max(LEAST_SHARE, level.share / 2),
      });
    },
  };
}

const full = (bucket: Bucket, now: number): Level => ({
  tokens: bucket.burst,
  at: now,
  closedUntil: 0,
  share: 1,
});

function filled(level: Level, bucket: Bucket, now: number): Level {
  const elapsedMs = Math.max(0, now - level.at);
  const share = Math.min(1, level.share + elapsedMs / RECOVERY_MS);
  const tokens = Math.min(bucket.burst, level.tokens + (elapsedMs / 1_000) * bucket.perSecond * level.share);
  return { ...level, tokens, at: now, share };
}

// With tokens owed to those who wait already, the next one comes when they all have theirs.
function untilNext({ tokens, share }: Level, bucket: Bucket): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / (bucket.perSecond * share)) * 1_000);
}

function busy(bucket: Bucket, waitMs: number): AdapterError {
  return new AdapterError(
    "throttled",
    `More calls of ${bucket.key} are waiting than its limit of ${bucket.perSecond}/s lets through in time; they go on later.`,
    { retryAfterMs: Math.max(1, Math.ceil(waitMs)) },
  );
}
