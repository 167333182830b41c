import type { Cloud } from "../../domain/place.ts";
import type { Path } from "../../domain/offer.ts";

/** A unit that shall answer HTTP. */
export interface ServedUnit {
  readonly id: string;
  readonly name: string;
  readonly workload: string;
  readonly image: string;
  readonly provider: Cloud;
  readonly region: string;
  /** Replicas that are up; answers name them in turn. */
  readonly replicas: number;
  /** The address it had before: taken again when it is free, or still held for this unit by another process. */
  readonly url?: string | undefined;
}

/** What makes ready units of a sandbox answer. Safe to repeat. */
export interface SandboxServers {
  /** How traffic reaches what `ensure` gives. */
  readonly path: Path;
  /** The unit answers at the URL given back. */
  ensure(unit: ServedUnit): Promise<string>;
  /** The unit answers no more; unknown is fine. */
  drop(unitId: string): Promise<void>;
}

/**
 * For a runtime that cannot listen (Workers): every unit has the name `https://<unit>.sandbox.invalid`, which by RFC 6761
 * never resolves. Whoever sends requests there has to know the suffix and answer by itself.
 */
export function namesOnly(): SandboxServers {
  return {
    path: { transport: "tls", reach: "name", bypassable: false },
    ensure: async (unit) => `https://${unit.name}${SANDBOX_SUFFIX}`,
    drop: async () => {},
  };
}

/** Ends the host of every unit that only has a name. */
const SANDBOX_SUFFIX = ".sandbox.invalid";
