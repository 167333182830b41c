import { canonicalJson, sha256Hex } from "./canonical-json.ts";
import { unitName } from "./unit-id.ts";

/** Hex characters of a try's id: 160 bits, as a unit's. */
const ATTEMPT_ID_CHARS = 40;

/** Id and provider-side name of one try. `workloadId` is the workload's row id, so that a name used again makes other tries. */
export function attemptId(
  workloadId: string,
  run: string,
  number: number,
): { readonly id: string; readonly name: string } {
  const id = sha256Hex(canonicalJson({ workloadId, run, attempt: number })).slice(0, ATTEMPT_ID_CHARS);
  return { id, name: unitName(id) };
}
