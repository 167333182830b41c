import { Fault } from "../domain/fault.ts";
import type { Spec } from "../domain/spec.ts";
import { withScale } from "./draft.ts";
import { documentInForce, readLineage, type Lineage } from "./lineage.ts";
import { measuredNeeds } from "./measured-needs.ts";
import { askFor, type AskedFor } from "./place-spec.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";

/** A workload as its next plan would find it: what runs, its spec with overrides, and what a placement is decided from. */
export interface Standing extends AskedFor {
  readonly lineage: Lineage;
  readonly spec: Spec;
}

/**
 * What the next plan of a workload would be decided from now; undefined for one that is being removed, which no policy moves. Its spec was
 * taken before, as for any plan that Berth makes of itself: what its inline policy names may be gone since, and it is looked at all the same.
 * Writes nothing. Throws what such a plan would throw before it is placed.
 */
export async function asItStands(
  ports: Ports,
  caller: Caller,
  name: string,
  contradictory = false,
): Promise<Standing | undefined> {
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  if (lineage.workload === undefined || lineage.inForce?.trigger === "destroy") return undefined;
  const document = await documentInForce(ports.store, scopeOf(caller), lineage);
  const read = await readSpec(ports, caller, document, name);
  const overrides = await ports.store.overrides(scopeOf(caller), name, ports.now());
  const spec = withScale(read.spec, overrides.findLast((override) => override.scale !== undefined)?.scale);
  const request = {
    ...read,
    spec,
    trigger: "policy",
    reason: "what would it be now",
    fresh: false,
    images: "in-force",
    contradictory,
  } as const;
  const needs = await measuredNeeds(ports, caller, lineage, spec);
  const asked = await askFor(ports, caller, lineage, request, overrides, needs);
  return { ...asked, lineage, spec };
}

/**
 * The same where policies contradict each other, too: `contradiction` is what a plan of it would throw, and each of the policies
 * still says what it forbids.
 */
export async function asItStandsAnyway(
  ports: Ports,
  caller: Caller,
  name: string,
): Promise<(Standing & { readonly contradiction?: Fault }) | undefined> {
  try {
    return await asItStands(ports, caller, name);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "no-placement") throw error;
    const standing = await asItStands(ports, caller, name, true);
    return standing && { ...standing, contradiction: error };
  }
}
