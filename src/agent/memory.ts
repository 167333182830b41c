import type { Health } from "../domain/spec.ts";
import type { Death } from "./drivers/seen.ts";
import type { ProbeResult } from "./health-check.ts";

/** Exits before a replica was ever healthy, after which it is given up. */
export const CRASH_LIMIT = 4;
/** Tries to make and start a replica, after which that is its unit's verdict; it is tried on, slowly. */
export const START_LIMIT = 3;
const FIRST_BACKOFF_MS = 500;
/** Short enough to serve again soon after an engine's return, long enough not to wear out the host. */
const MAX_BACKOFF_MS = 15_000;
/** What the guard refused is tried again this seldom, ms: it changes only when the owner changes it. */
const REFUSED_RETRY_MS = 60_000;
const MAX_DOUBLINGS = 10;
/** Healthy for this long, and earlier exits are forgiven, ms. */
const STABLE_MS = 60_000;

/** What the agent remembers of one replica, over its containers. */
export interface ReplicaMemory {
  /** The main container that `runningSince` and the probe's findings speak of. */
  readonly container?: string | undefined;
  readonly runningSince?: number | undefined;
  /** When the replica's first container was seen to run. */
  readonly firstRanAt?: number | undefined;
  readonly ok: boolean;
  readonly okSince?: number | undefined;
  readonly everOk: boolean;
  readonly failures: number;
  readonly probedAt: number;
  readonly probeError?: string | undefined;
  /** The container whose end was counted last. */
  readonly counted?: string | undefined;
  readonly death?: Death | undefined;
  readonly exitsInARow: number;
  readonly restarts: number;
  readonly startFailures: number;
  readonly startError?: string | undefined;
  /** The guard, or what an agent cannot do at all, stands against it. */
  readonly refused: boolean;
  readonly givenUp: boolean;
  readonly notBefore: number;
}

export const FRESH: ReplicaMemory = {
  ok: false,
  everOk: false,
  failures: 0,
  probedAt: 0,
  exitsInARow: 0,
  restarts: 0,
  startFailures: 0,
  refused: false,
  givenUp: false,
  notBefore: 0,
};

/** How long to wait before the next try, ms: doubled each time, to a quarter of a minute. */
export function backoffMs(failures: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(Math.max(0, failures - 1), MAX_DOUBLINGS));
}

/** A main container is seen to run. */
export function ran(memory: ReplicaMemory, container: string, now: number): ReplicaMemory {
  if (memory.container === container) return memory;
  return {
    ...memory,
    container,
    runningSince: now,
    firstRanAt: memory.firstRanAt ?? now,
    ok: false,
    okSince: undefined,
    failures: 0,
    probedAt: 0,
    probeError: undefined,
    startFailures: 0,
    startError: undefined,
    refused: false,
  };
}

/** A container of the replica is seen to have ended; each counts once. `unitWasReady`: what served before is restarted for ever. */
export function died(
  memory: ReplicaMemory,
  container: string,
  death: Death,
  unitWasReady: boolean,
  now: number,
): ReplicaMemory {
  if (memory.counted === container) return memory;
  const exitsInARow = memory.exitsInARow + 1;
  return {
    ...memory,
    ...DOWN,
    counted: container,
    death,
    firstRanAt: memory.firstRanAt ?? now,
    exitsInARow,
    restarts: memory.restarts + 1,
    givenUp: !unitWasReady && !memory.everOk && exitsInARow >= CRASH_LIMIT,
    notBefore: now + backoffMs(exitsInARow),
  };
}

/** The container has gone without a trace: somebody removed it. */
export function vanished(memory: ReplicaMemory): ReplicaMemory {
  return memory.container === undefined ? memory : { ...memory, ...DOWN };
}

/** It ran but did not answer for too long, and was stopped to be started again. */
export function stoppedUnhealthy(
  memory: ReplicaMemory,
  lines: readonly string[],
  now: number,
): ReplicaMemory {
  const exitsInARow = memory.exitsInARow + 1;
  const reason = `was stopped because its health check kept failing: ${memory.probeError ?? "no answer"}`;
  return {
    ...memory,
    ...DOWN,
    death: { exitCode: 0, reason, lines, ranMs: now - (memory.runningSince ?? now) },
    exitsInARow,
    restarts: memory.restarts + 1,
    notBefore: now + backoffMs(exitsInARow),
  };
}

const DOWN = {
  container: undefined,
  runningSince: undefined,
  ok: false,
  okSince: undefined,
  failures: 0,
} as const;

/** A try to make and start the replica failed. */
export function startFailed(
  memory: ReplicaMemory,
  because: string,
  refused: boolean,
  now: number,
): ReplicaMemory {
  const startFailures = memory.startFailures + 1;
  // What the guard refuses will be refused again: there is no hurry.
  const wait = refused ? REFUSED_RETRY_MS : backoffMs(startFailures);
  return { ...memory, startFailures, startError: because, refused, notBefore: now + wait };
}

/** A health check of this very container ended. */
export function probed(
  memory: ReplicaMemory,
  container: string,
  result: ProbeResult,
  health: Health,
  now: number,
): ReplicaMemory {
  if (memory.container !== container) return memory;
  if (result.ok) {
    const okSince = memory.okSince ?? now;
    const exitsInARow = now - okSince >= STABLE_MS ? 0 : memory.exitsInARow;
    return {
      ...memory,
      ok: true,
      everOk: true,
      okSince,
      exitsInARow,
      failures: 0,
      probedAt: now,
      probeError: undefined,
    };
  }
  const failures = memory.failures + 1;
  const ok = memory.ok && failures < health.failureThreshold;
  return {
    ...memory,
    ok,
    okSince: ok ? memory.okSince : undefined,
    failures,
    probedAt: now,
    probeError: result.because,
  };
}
