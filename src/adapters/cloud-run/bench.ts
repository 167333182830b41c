import type { Call } from "../adapter.ts";
import type { CloudPorts, Owner } from "../cloud-ports.ts";
import type { CloudRunApi, Operation } from "./api.ts";
import type { CloudRunConfig } from "./config.ts";
import type { SecretPorts } from "./secrets.ts";
import type { Seen } from "./seen.ts";
import type { TryReads } from "./try-reads.ts";

/** One opened target at work: its settings, Google as it sees it, and what it remembers. */
export interface Bench {
  /** The target's id. */
  readonly target: string;
  readonly config: CloudRunConfig;
  readonly api: CloudRunApi;
  readonly now: () => number;
  readonly sleep: CloudPorts["sleep"];
  readonly owner: () => Promise<Owner>;
  readonly logins: CloudPorts["registries"];
  readonly secrets: () => Promise<SecretPorts>;
  readonly creations: Creations;
  readonly seen: Seen;
  readonly tryReads: TryReads;
}

/** Operations that create something, kept until their end is known, so that a creation that fails has its reason. */
export interface Creations {
  begin(id: string, region: string, operation: Operation): void;
  /** Why a creation has failed; `undefined` while it goes on, when it succeeded and when nothing is known of it. */
  errorOf(id: string, call: Call): Promise<Operation["error"]>;
}

/** Creations remembered at once. One that is forgotten only loses its words: the resource, or its absence, tells the rest. */
const MOST_CREATIONS = 1_000;

/** Creations of this process, over the operations of Google. */
export function rememberCreations(api: CloudRunApi): Creations {
  const kept = new Map<string, { readonly region: string; readonly operation: Operation }>();
  return {
    begin(id, region, operation) {
      kept.delete(id);
      const oldest = kept.keys().next();
      if (kept.size >= MOST_CREATIONS && oldest.done === false) kept.delete(oldest.value);
      kept.set(id, { region, operation });
    },
    async errorOf(id, call) {
      const begun = kept.get(id);
      if (begun === undefined || begun.operation.done) return begun?.operation.error;
      const operation = await api.run.operation(begun.region, begun.operation.name, call);
      if (operation === undefined) kept.delete(id);
      else if (operation.done) kept.set(id, { ...begun, operation });
      return operation?.error;
    },
  };
}
