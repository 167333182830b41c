/** A unit that no list shows and that a read did not find is read by name again after this, doubled each time, ms. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** How often the marked secrets are looked through for what was left over, ms: each look costs a page for every hundred. */
const SECRETS_EVERY_MS = 60_000;

/** What a process remembers between its looks at a target, so that it asks by name seldom for what is not there. */
export interface Seen {
  /** It was just made, or found: a list may not show it, and it is read by name. */
  mayBeThere(unit: string): void;
  isAbsent(unit: string, now: number): void;
  wantsRead(unit: string, now: number): boolean;
  /** Forgets every unit that is not among these. */
  keepOnly(units: Pick<ReadonlyMap<string, unknown>, "has">): void;
  /** Whether the secrets' turn has come; it has not again for a while. */
  takeSecretsTurn(now: number): boolean;
}

/** An empty memory: everything is asked for. */
export function rememberSeen(): Seen {
  const absent = new Map<string, { readonly pauseMs: number; readonly until: number }>();
  let secretsAt = Number.NEGATIVE_INFINITY;
  return {
    mayBeThere: (unit) => void absent.delete(unit),
    isAbsent(unit, now) {
      const before = absent.get(unit);
      const pauseMs = before === undefined ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 2 * before.pauseMs);
      absent.set(unit, { pauseMs, until: now + pauseMs });
    },
    wantsRead: (unit, now) => (absent.get(unit)?.until ?? now) <= now,
    keepOnly(units) {
      for (const unit of absent.keys()) if (!units.has(unit)) absent.delete(unit);
    },
    takeSecretsTurn(now) {
      if (now < secretsAt + SECRETS_EVERY_MS) return false;
      secretsAt = now;
      return true;
    },
  };
}
