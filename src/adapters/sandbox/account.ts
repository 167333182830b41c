import type { Cloud } from "../../domain/place.ts";
import type { SimulatedCloud } from "../simulated-cloud.ts";
import type { FaultsUsed } from "./faults.ts";
import type { Quota } from "./quotas.ts";

/** A simulated account: plain JSON, so that it can be kept anywhere and taken up again as it was. */
export interface Account {
  readonly provider: Cloud;
  /** The state of that cloud's simulator. */
  readonly cloud: unknown;
  /** Token bucket of the create quota. */
  readonly creates: { readonly tokens: number; readonly at: number };
  readonly faultsUsed: FaultsUsed;
  /** Routed units by id: what answers for them, and where it last did, so that a restarted process takes the same address again. */
  readonly answers: Readonly<Record<string, Answers>>;
}

export interface Answers {
  readonly image: string;
  readonly url?: string | undefined;
}

/**
 * The account that was kept. One of another cloud, or of an older release whose model was coarser, is another account: nothing of it is
 * here, and the broker makes anew what it still wants.
 */
export function accountOf(
  kept: unknown,
  given: {
    readonly provider: Cloud;
    readonly cloud: SimulatedCloud<unknown>;
    readonly quota: Quota;
    readonly now: number;
  },
): Account {
  const { provider, cloud, quota, now } = given;
  if (isAccount(kept) && kept.provider === provider) return kept;
  const creates = { tokens: quota.createBurst, at: now };
  return { provider, cloud: cloud.empty(), creates, faultsUsed: {}, answers: {} };
}

// Only this folder writes accounts; what is read is one of its forms.
function isAccount(kept: unknown): kept is Account {
  return typeof kept === "object" && kept !== null && "cloud" in kept && "answers" in kept;
}
