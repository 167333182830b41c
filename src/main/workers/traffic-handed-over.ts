import type { Log } from "../../broker/ports.ts";
import type { Traffic } from "../../gateway/traffic.ts";
import type { Store } from "../../store/store.ts";

/** Shortest time between two hand-overs of one isolate, ms: a busy one writes a row a minute for each workload, not for each request. */
const HAND_OVER_EVERY_MS = 60_000;

/**
 * The same counts, stored by and by in the background of requests that come anyway: an isolate has no timer of its own. What one that
 * is ended has not stored yet is lost, so the figures are a lower bound.
 */
export function trafficHandedOver(
  ports: {
    readonly store: Pick<Store, "addTraffic">;
    readonly traffic: Traffic;
    readonly now: () => number;
    readonly log: Log;
  },
  later: (work: Promise<void>) => void,
): Traffic {
  const { store, traffic, now, log } = ports;
  let last = now();
  const handOver = async (): Promise<void> => {
    const days = traffic.take();
    try {
      await store.addTraffic(days, now());
    } catch (error) {
      traffic.giveBack(days);
      log("warn", `the gateway's traffic was not stored, and is tried again: ${String(error)}`);
    }
  };
  return {
    ...traffic,
    carried(route, exchange) {
      traffic.carried(route, exchange);
      if (now() - last < HAND_OVER_EVERY_MS) return;
      last = now();
      later(handOver());
    },
  };
}
