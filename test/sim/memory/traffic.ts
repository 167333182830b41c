import type { TrafficStore } from "../../../src/store/traffic-store.ts";

/** Simulations carry no requests: what is counted is held against real databases instead. */
export function traffic(): TrafficStore {
  return { addTraffic: async () => {}, traffic: async () => [] };
}
