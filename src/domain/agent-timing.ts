/** How broker, agent and reconciler count an agent's silence. The figures are those of DESIGN.md, "What good looks like". */

/** Silence after which a host gets no traffic, ms ("dead agent: traffic off in 3 s"). */
export const SILENT_AFTER_MS = 3_000;

/** Silence after which a host gets no new units and its own are placed elsewhere, ms: early enough that a new unit serves within 10 s ("replaced in 10 s"). */
export const REPLACE_AFTER_MS = 7_000;

/** How long an agent lets fenced units run without an answer of the broker, ms; also how long nobody is dead after a broker's restart. */
export const LEASE_MS = 10_000;

/** How often an agent syncs although nobody rang, ms: its only sign of life, so that one lost sync is not yet a silence. */
export const POLL_MS = 1_000;

/** Added to a lease before a fenced unit counts as stopped, ms: clocks that run apart, and a stop that was slow to begin. */
export const FENCE_MARGIN_MS = 2_000;
