import {
  type Because,
  type Feature,
  FEATURES,
  type Features,
  type FieldFidelity,
  type Refusal,
} from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import { limitRefusals, type Limits } from "./limits.ts";

/** How a place honours one thing a spec can ask for; everything but `exact` has the sentence a user reads. */
export type Capability =
  | { readonly level: "exact" }
  | { readonly level: "emulated" | "snapped" | "dropped"; readonly message: Because };

/**
 * All a place can do with a spec, as data: its features, its refusals and the fidelity of its offers are read from here
 * and written nowhere else. What is `dropped` rules the place out, so nothing is taken and then ignored.
 */
export interface CapabilityTable {
  readonly features: Readonly<Record<Feature, Capability>>;
  /** How traffic to the route reaches a replica. */
  readonly route: Capability;
  /** The most a place takes of a field, and the sentence for more. */
  readonly limits: Limits;
}

export const exact: Capability = { level: "exact" };
export const emulated = (message: Because): Capability => ({ level: "emulated", message });
export const dropped = (message: Because) => ({ level: "dropped", message }) as const;

/** The table as the adapter contract asks for it: `true`, or the sentence that rules the place out. */
export function featuresOf({ features }: CapabilityTable): Features {
  const answers = FEATURES.map((feature) => {
    const capability = features[feature];
    return [feature, capability.level === "dropped" ? capability.message : true] as const;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each of FEATURES, which is all of them
  return Object.fromEntries(answers) as Features;
}

/** The fields of these needs that a place takes otherwise than written; what is not listed is exact. */
export function demandFidelity(needs: Needs, table: CapabilityTable): readonly FieldFidelity[] {
  const asked = needs.demands.flatMap(({ feature, pointer }) => fieldOf(pointer, table.features[feature]));
  return needs.route === undefined ? asked : [...fieldOf("/route", table.route), ...asked];
}

/** What is more than a place takes, field by field. */
export function limitsOf(needs: Needs, table: CapabilityTable): readonly Refusal[] {
  return limitRefusals(needs, table.limits);
}

function fieldOf(field: string, capability: Capability): readonly FieldFidelity[] {
  return capability.level === "exact" || capability.level === "dropped"
    ? []
    : [{ field, level: capability.level, message: capability.message }];
}
