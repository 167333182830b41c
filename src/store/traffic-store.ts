import type { TrafficDay } from "../domain/traffic.ts";
import type { Scope } from "./records.ts";

/** What the gateways carried, added up by workload and day. */
export interface TrafficStore {
  /** Adds to what is there; days older than `TRAFFIC_DAYS_KEPT` before `now` go. Days of workloads that are not there any more are ignored. */
  addTraffic(days: readonly TrafficDay[], now: number): Promise<void>;
  /** Days of a workload that begin at or after `from` and before `until`, the oldest first. */
  traffic(scope: Scope, workload: string, from: number, until: number): Promise<readonly TrafficDay[]>;
}

/** How long a day's traffic is kept. */
export const TRAFFIC_DAYS_KEPT = 62;
