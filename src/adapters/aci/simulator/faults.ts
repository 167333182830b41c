import type { AciFault, AciSimRules } from "./rules.ts";
import type { Asked } from "./request.ts";
import type { AciSimState } from "./state.ts";

/** Counts a call for the fault rules it fits, and gives the one that strikes it. */
export function strike(
  state: AciSimState,
  { operation, group, region }: Asked,
  { faults }: AciSimRules,
): { readonly state: AciSimState; readonly fault?: AciFault | undefined } {
  for (const [index, fault] of faults.entries()) {
    const fits =
      fault.on === operation &&
      (fault.name === undefined || group.includes(fault.name)) &&
      (fault.region === undefined || fault.region === region);
    const seen = state.struck[index] ?? 0;
    const { skip = 0 } = fault;
    if (!fits || seen >= skip + fault.times) continue;
    const counted = { ...state, struck: { ...state.struck, [index]: seen + 1 } };
    return seen < skip ? { state: counted } : { state: counted, fault };
  }
  return { state };
}
