import type { Traffic } from "../../gateway/traffic.ts";
import { handOver, type TrafficPorts } from "../hand-over-traffic.ts";

/** Shortest time between two hand-overs of one isolate, ms: a busy one writes a row a minute for each workload, not for each request. */
const HAND_OVER_EVERY_MS = 60_000;

/**
 * The same counts, stored by and by in the background of requests that come anyway: an isolate has no timer of its own. What one that
 * is ended has not stored yet is lost, so the figures are a lower bound.
 */
export function trafficHandedOver(ports: TrafficPorts, later: (work: Promise<void>) => void): Traffic {
  const { traffic, now } = ports;
  let last = now();
  return {
    ...traffic,
    carried(route, exchange) {
      traffic.carried(route, exchange);
      if (now() - last < HAND_OVER_EVERY_MS) return;
      last = now();
      later(handOver(ports));
    },
  };
}
