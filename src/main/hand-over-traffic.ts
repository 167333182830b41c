import type { Log } from "../broker/ports.ts";
import type { Traffic } from "../gateway/traffic.ts";
import type { Store } from "../store/store.ts";

/** What is counted, and where it is stored. */
export interface TrafficPorts {
  readonly store: Pick<Store, "addTraffic">;
  readonly traffic: Traffic;
  readonly now: () => number;
  readonly log: Log;
}

/** Stores what was counted since the last time; what cannot be stored is counted on. */
export async function handOver({ store, traffic, now, log }: TrafficPorts): Promise<void> {
  const days = traffic.take();
  if (days.length === 0) return;
  try {
    await store.addTraffic(days, now());
  } catch (error) {
    traffic.giveBack(days);
    log("warn", `the gateway's traffic was not stored, and is tried again: ${String(error)}`);
  }
}
