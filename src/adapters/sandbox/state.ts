import type { CloudState } from "./cloud.ts";

/** A simulated account as it was last kept. Version 0 with no cloud: never kept. */
export interface KeptCloud {
  readonly version: number;
  readonly cloud: CloudState | undefined;
}

/** Where simulated accounts live. Compare-and-set, so that several processes may share one. */
export interface SandboxState {
  load(target: string): Promise<KeptCloud>;
  /** Keeps `cloud` as version `ifVersion + 1`; false when someone else did so first, and then nothing is changed. */
  save(target: string, cloud: CloudState, ifVersion: number): Promise<boolean>;
}

/** Accounts in this process's memory, gone with it. */
export function memoryState(): SandboxState {
  const kept = new Map<string, KeptCloud>();
  return {
    async load(target) {
      return kept.get(target) ?? { version: 0, cloud: undefined };
    },
    async save(target, cloud, ifVersion) {
      if ((kept.get(target)?.version ?? 0) !== ifVersion) return false;
      kept.set(target, { version: ifVersion + 1, cloud: structuredClone(cloud) });
      return true;
    },
  };
}
