import type { FieldFidelity } from "../domain/feature.ts";

/** How a field may be honoured, from best to worst. */
export const FIDELITY_LEVELS = [
  "exact",
  "snapped",
  "emulated",
  "dropped",
] as const satisfies readonly FieldFidelity["level"][];
export type FidelityLevel = (typeof FIDELITY_LEVELS)[number];
