import type { Account } from "./account.ts";

/** A simulated account as it was last kept. Version 0 with `account` undefined: never kept. */
export interface KeptAccount {
  readonly version: number;
  /** As it was written, perhaps by another release: `accountOf` reads it. */
  readonly account: unknown;
}

/** Where simulated accounts live. Compare-and-set, so that several processes may share one. */
export interface SandboxState {
  load(target: string): Promise<KeptAccount>;
  /** Keeps the account as version `ifVersion + 1`; false when someone else did so first, and then nothing is changed. */
  save(target: string, account: Account, ifVersion: number): Promise<boolean>;
}

/** Accounts in this process's memory, gone with it. */
export function memoryState(): SandboxState {
  const kept = new Map<string, KeptAccount>();
  return {
    async load(target) {
      return kept.get(target) ?? { version: 0, account: undefined };
    },
    async save(target, account, ifVersion) {
      if ((kept.get(target)?.version ?? 0) !== ifVersion) return false;
      kept.set(target, { version: ifVersion + 1, account: structuredClone(account) });
      return true;
    },
  };
}
