import { placeLabel } from "../domain/place.ts";
import type { Culprit } from "../policy/stand.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import type { StoredViolation } from "../store/store.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** A workload that was found to run where a policy forbids it. */
export interface Finding extends Culprit {
  /** The plan that is in force. */
  readonly plan: string;
  /** The policy it goes by says that it moves. */
  readonly moves: boolean;
}

/** Report where a workload of the caller's environment runs against a policy: a row while its plan is in force, and an event once. */
export async function noteFinding(
  ports: Ports,
  caller: Caller,
  workload: string,
  { moves, ...found }: Finding,
): Promise<void> {
  const now = ports.now();
  const { policy, version, reasons } = found;
  const then = moves ? "it moves as soon as it may" : "it stays there until its next plan";
  await ports.store.appendEventOnce(scopeOf(caller), workload, {
    at: now,
    type: "policy.violated",
    actor: AUTOMATION,
    message: `it runs on ${placeLabel(found.place)}, which policy ${policy} (version ${version}) forbids: ${reasonWords(found)}; ${then}`,
    data: { key: `${policy}:${version}:${found.plan}`, policy, version, reasons },
  });
  const { environment } = caller;
  const row: StoredViolation = { environment, workload, ...found, since: now };
  await ports.store.noteViolation(caller.project.id, moves ? { ...row, move: { at: now, tries: 0 } } : row);
}

/** Why a place is forbidden, as one sentence. */
export const reasonWords = ({ reasons }: Pick<Culprit, "reasons">): string =>
  reasons.map(({ message }) => message).join("; ");
