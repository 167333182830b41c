import { setTimeout as wait } from "node:timers/promises";
import { handOver, type TrafficPorts } from "./hand-over-traffic.ts";

/** How often counted traffic is stored, ms; one that carried nothing writes nothing. */
const HAND_OVER_EVERY_MS = 60_000;

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
