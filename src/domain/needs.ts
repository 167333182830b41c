import type { Demand } from "./feature.ts";
import type { Arch, Kind, Peer, RouteSpec, Scale, Usage } from "./spec.ts";

/** The part of a spec that a place must satisfy. `needs-of.ts` derives it. */
export interface Needs {
  readonly workload: string;
  readonly kind: Kind;
  /** Sum over the main container and its sidecars, per replica. */
  readonly milliCpu: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
  readonly arch: Arch;
  readonly gpu?: { readonly type: string; readonly count: number } | undefined;
  readonly scale: Scale;
  readonly route?: RouteSpec | undefined;
  /** Everything the spec asks of a place beyond size, each with the field that asks. */
  readonly demands: readonly Demand[];
  readonly containers: number;
  readonly stopGraceSeconds: number;
  /** Registry of the main image. */
  readonly registry: string;
  /** Registries of the main image and of every sidecar, sorted: a rule over registries must look at all of them. */
  readonly registries: readonly string[];
  readonly usage: Usage;
  readonly talksTo: readonly Peer[];
  readonly labels: Readonly<Record<string, string>>;
}
