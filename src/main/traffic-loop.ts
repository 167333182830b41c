import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "../broker/ports.ts";
import type { Traffic } from "../gateway/traffic.ts";
import type { Store } from "../store/store.ts";

/** How often counted traffic is stored, ms; one that carried nothing writes nothing. */
const HAND_OVER_EVERY_MS = 60_000;

export interface TrafficPorts {
  readonly store: Pick<Store, "addTraffic">;
  readonly traffic: Traffic;
  readonly now: () => number;
  readonly log: Log;
}

/** Stores what the gateway carried, again and again until the signal. */
export async function keepTraffic(ports: TrafficPorts & { readonly signal: AbortSignal }): Promise<void> {
  const { signal } = ports;
  while (!signal.aborted) {
    await wait(HAND_OVER_EVERY_MS, undefined, { signal, ref: false }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (!signal.aborted) await handOver(ports);
  }
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
