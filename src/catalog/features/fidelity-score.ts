import type { FieldFidelity } from "../../domain/feature.ts";

/** How much of the whole each level keeps: a size that is more than asked costs least, what is missing most. */
export const LEVEL_KEEPS: Readonly<Record<FieldFidelity["level"], number>> = {
  exact: 1,
  snapped: 0.97,
  emulated: 0.95,
  dropped: 0.5,
};

/** Fidelity as one figure, 0 to 1: the product over the fields that are not exact. */
export function fidelityScore(fidelity: readonly FieldFidelity[]): number {
  return fidelity.reduce((product, { level }) => product * LEVEL_KEEPS[level], 1);
}
