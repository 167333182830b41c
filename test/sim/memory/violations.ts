import type { ViolationStore } from "../../../src/store/violation-store.ts";

/** Policies are changed by callers, and no simulation has any: nothing is ever found to run against one. */
export function violations(): ViolationStore {
  return {
    noteViolation: async () => await Promise.reject(new Error("no simulation stores policies")),
    clearViolation: async () => false,
    violations: async () => [],
    movesDue: async () => [],
    beginMove: async () => false,
    putOffMove: async () => {},
    fleetReview: async () => undefined,
    putFleetReview: async () => {},
    openFleetReviews: async () => [],
  };
}
