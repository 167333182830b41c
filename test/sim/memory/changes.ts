import type { ChangeStore } from "../../../src/store/change-store.ts";

/** Changes of several workloads belong to callers, and no simulation makes any. */
export function changes(): ChangeStore {
  return {
    proposeChange: refuse,
    commitChange: refuse,
    change: async () => undefined,
    plansById: async () => [],
  };
}

const refuse = async () => await Promise.reject(new Error("no simulation changes several workloads at once"));
