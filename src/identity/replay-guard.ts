/** Agents remembered at most; the one that was quiet for longest is forgotten first. */
const MAX_AGENTS = 4_096;
/** Calls of one agent inside one window; more than eight a second is not an agent of ours. */
const MAX_NONCES = 1_024;

export type Freshness = "fresh" | "replayed" | "too-many";

/** Remembers the nonces of recent agent calls, so that a recorded one cannot be sent again inside its time window. */
export interface ReplayGuard {
  /** `until`: when the call's signature stops being valid by itself, ms. */
  readonly admit: (agent: string, nonce: string, until: number, now: number) => Freshness;
}

/** A guard with its own, bounded memory. One belongs to one process or isolate. */
export function replayGuard(): ReplayGuard {
  const agents = new Map<string, Map<string, number>>();
  return {
    admit: (agent, nonce, until, now) => {
      const seen = agents.get(agent) ?? new Map<string, number>();
      // Re-inserted at the end, so that the map's order is the order of last use.
      agents.delete(agent);
      agents.set(agent, seen);
      for (const [old, end] of seen) if (end < now) seen.delete(old);
      if (seen.has(nonce)) return "replayed";
      if (seen.size >= MAX_NONCES) return "too-many";
      seen.set(nonce, until);
      forgetOldest(agents);
      return "fresh";
    },
  };
}

function forgetOldest(agents: Map<string, unknown>): void {
  const oldest = agents.keys().next();
  if (agents.size > MAX_AGENTS && oldest.done !== true) agents.delete(oldest.value);
}
