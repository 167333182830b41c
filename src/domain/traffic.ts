/** What the gateways carried to one workload on one day (UTC). */
export interface TrafficDay {
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  /** Midnight it begins with, ms since the epoch. */
  readonly day: number;
  readonly requests: number;
  /** From the request's head to the end of its answer, all of them together; on Workers to the answer's head. */
  readonly requestMs: number;
  /** Bytes of the answers' bodies; null where a gateway among them cannot count them. */
  readonly egressBytes: number | null;
}

export const DAY_MS = 86_400_000;

/** The midnight (UTC) a moment's day begins with. */
export const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;
