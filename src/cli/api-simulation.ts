import type { Billing } from "../domain/offer.ts";
import type { Place } from "../domain/place.ts";
import type { RejectedGroup } from "../domain/plan.ts";
import type { Refusal } from "../domain/feature.ts";

/** What `POST /v1/policies/{name}/simulate` answers. */
export interface SimulationView {
  readonly policy: string;
  readonly over: "fleet" | "receipts";
  /** What was changed, in words. */
  readonly changes: readonly string[];
  readonly totals: SimulationTotals;
  readonly changed: readonly SimulatedView[];
  readonly warnings: readonly string[];
  /** Workloads that could not be judged, and why. */
  readonly missing: readonly MissingView[];
  /** False when time or the limit ended it early; `next` then says where to go on. */
  readonly complete: boolean;
  readonly next?: string;
}

interface MissingView {
  readonly environment: string;
  readonly workload: string;
  readonly plan?: string;
  readonly because: string;
}

export interface SimulationTotals {
  readonly workloads: number;
  readonly unchanged: number;
  readonly repriced: number;
  readonly moves: number;
  readonly unplaceable: number;
  readonly violations: number;
  readonly beforeUsd: string;
  readonly afterUsd: string;
  readonly differenceUsd: string;
}

export interface SimulatedView {
  readonly environment: string;
  readonly workload: string;
  readonly plan?: string;
  readonly outcome: "unchanged" | "repriced" | "moves" | "unplaceable";
  readonly from?: SpotView;
  readonly to?: SpotView;
  readonly because: string;
  readonly differenceUsd?: string;
  readonly violation?: {
    readonly place: Place;
    readonly reasons: readonly Refusal[];
    readonly already: boolean;
  };
  readonly unplaceable?: { readonly already: boolean; readonly groups: readonly RejectedGroup[] };
}

interface SpotView {
  readonly offer: string;
  readonly places: readonly Place[];
  readonly billing: Billing;
  readonly expectedUsd: string;
}
