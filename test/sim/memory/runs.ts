import type { RunStore } from "../../../src/store/run-store.ts";

/** Simulations run no jobs: runs are held against real databases instead. */
export function runs(): RunStore {
  return {
    startRun: async () => "overtaken",
    run: async () => undefined,
    runs: async () => [],
    attempts: async () => [],
    attemptNamed: async () => undefined,
    stopRuns: async () => 0,
    claimRun: async () => undefined,
    recordRun: async () => false,
    attemptsOn: async () => [],
    attemptsHeard: async () => 0,
  };
}
