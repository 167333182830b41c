import { Fault } from "../domain/fault.ts";
import type { LayerRef } from "../domain/layer.ts";
import type { StoredPolicy } from "../store/store.ts";
import type { Caller, Ports } from "./ports.ts";
import { INSTANCE, readStored, type ReadPolicy } from "./stored-policies.ts";

/**
 * The stored policies that a past placement went by, each in its version of then: those that were mandatory there still are, whatever they
 * select now. Throws `not-found` for one that is not kept, `invalid-spec` for one that cannot be read any more.
 */
export async function policiesThen(
  ports: Pick<Ports, "store">,
  caller: Caller,
  layers: readonly LayerRef[],
): Promise<readonly ReadPolicy[]> {
  const stored = layers.filter(({ layer }) => layer !== "default" && layer !== "inline");
  const found = await Promise.all(
    stored.map(async (ref) => asThen(readStored(await policyThen(ports, caller, ref)), ref, caller)),
  );
  // As the store has them: of two of one name the project's own is meant.
  return found.sort((a, b) => Number(b.owner === INSTANCE) - Number(a.owner === INSTANCE));
}

async function policyThen(
  ports: Pick<Ports, "store">,
  caller: Caller,
  { name, version, hash }: LayerRef,
): Promise<StoredPolicy> {
  for (const owner of [caller.project.id, INSTANCE]) {
    const policy = await ports.store.policy(owner, name, version);
    if (policy?.hash === hash) return policy;
  }
  throw new Fault("not-found", `Policy ${name}, version ${version}, by which it was placed, is not kept.`);
}

// The kind of a layer is told from what it selects, so that stays as wide as it was.
function asThen(policy: ReadPolicy, { layer }: LayerRef, { environment }: Caller): ReadPolicy {
  if (layer === "workload") return { ...policy, select: undefined };
  return { ...policy, select: layer === "environment" ? { environments: { names: [environment] } } : {} };
}
