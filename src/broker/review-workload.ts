import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import { Fault } from "../domain/fault.ts";
import { decidePlacement } from "../policy/decision.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import { culpritOf, standOf } from "../policy/stand.ts";
import type { StoredViolation } from "../store/store.ts";
import { asItStandsAnyway } from "./as-it-stands.ts";
import { noteFinding } from "./note-violation.ts";
import { policyLayers } from "./policy-layers.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/**
 * Look whether a workload of the caller's environment runs where a stored policy forbids it, and report it or take the report back.
 * `known` is what is reported of it now. Where its place cannot be judged, because its target does not answer, what is reported stays.
 */
export async function reviewWorkload(
  ports: Ports,
  caller: Caller,
  name: string,
  known?: StoredViolation,
): Promise<void> {
  const standing = await standingNow(ports, caller, name);
  if (standing === undefined) return;
  const stand = standOf(decidePlacement(standing.inputs), standing.lineage.inForce?.units ?? []);
  if (stand.state === "unknown") return;
  if (stand.state === "forbidden") {
    const layers = await policyLayers(ports, caller, standing.spec, { taken: true });
    const culprit = culpritOf(standing.inputs, layers, stand, known);
    const plan = standing.lineage.inForce?.id;
    if (culprit !== undefined && plan !== undefined) {
      const moves = standing.contradiction === undefined && standing.inputs.policy.whenViolated === "move";
      return noteFinding(ports, caller, name, { ...culprit, plan, moves });
    }
  }
  if (known !== undefined) await ports.store.clearViolation(scopeOf(caller), name);
}

async function standingNow(ports: Ports, caller: Caller, name: string) {
  try {
    const standing = await asItStandsAnyway(ports, caller, name);
    if (standing?.contradiction !== undefined) await tellNoPlan(ports, caller, name, standing.contradiction);
    return standing;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return undefined;
  }
}

// Policies that contradict each other leave no place at all; which of them forbids the one it is on is told beside it.
async function tellNoPlan(ports: Ports, caller: Caller, name: string, fault: Fault): Promise<void> {
  await ports.store.appendEventOnce(scopeOf(caller), name, {
    at: ports.now(),
    type: "policy.not-moved",
    actor: AUTOMATION,
    message: `${fault.message} It stays where it is until they agree`,
    data: { key: sha256Hex(canonicalJson([fault.message])), code: fault.code, problems: fault.problems },
  });
}
