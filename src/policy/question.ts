import type { GatewayFeatures } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Offer } from "../domain/offer.ts";
import type { Unit } from "../domain/plan.ts";
import type { Held } from "./held.ts";
import type { PlaceMatch } from "./match.ts";
import type { Policy } from "./policy.ts";

/** Everything a placement is decided from. */
export interface PlaceQuestion {
  readonly needs: Needs;
  readonly offers: readonly Offer[];
  readonly policy: Policy;
  readonly gateway: GatewayFeatures;
  /** Overrides: only these places, and none of those. */
  readonly pin?: PlaceMatch | undefined;
  readonly avoid?: readonly PlaceMatch[] | undefined;
  /** Replicas that run now and could be kept as they are. */
  readonly held?: readonly Held[] | undefined;
  /** The moment the placement is for, ms: what expressions see as `now`. 0 where absent. */
  readonly now?: number | undefined;
  /** Where the workload runs now: what expressions see as `incumbent`. */
  readonly incumbent?: Incumbent | undefined;
  /** Where all its units run, when they are in several places; the incumbent is the first of them. */
  readonly incumbents?: readonly Incumbent[] | undefined;
  /** What else is known of the workload: what expressions see as `workload`. */
  readonly workload?: WorkloadFacts | undefined;
  /** The places of `policy.users`, in degrees; their shares. */
  readonly users?: readonly UsersAt[] | undefined;
  /** What the workload must be near. */
  readonly peers?: readonly PeerAt[] | undefined;
}

/** A workload as rules see it, beside its needs. Labels of project and environment are those that administrators set. */
export interface WorkloadFacts {
  readonly project: string;
  readonly projectLabels: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly environmentClass: "production" | "staging" | "preview";
  readonly environmentLabels: Readonly<Record<string, string>>;
  readonly protected: boolean;
  readonly image: string;
  /** Absent while the image keeps its tag. */
  readonly digest?: string | undefined;
  /** Images of sidecars that keep their tags. */
  readonly tagged?: readonly string[] | undefined;
  readonly priority: number;
  readonly singleton: boolean;
}

/** Users at one point of the earth. */
export interface UsersAt {
  readonly latitude: number;
  readonly longitude: number;
  readonly weight: number;
}

/** Something the workload must be near. `pointer` names it in the spec; without degrees nobody knows where it is. */
export interface PeerAt {
  readonly pointer: string;
  readonly label: string;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly maxLatencyMs: number;
}

/** Where the workload runs now: the unit in force, or the first of them. */
export type Incumbent = Pick<Unit, "place" | "offer" | "billing" | "shape">;
