import type { Problem } from "../domain/fault.ts";
import { contradictionsAbove, type ContradictionAbove } from "../policy/contradictions-above.ts";
import type { PolicyWorld } from "../policy/declared.ts";
import { selects, type Selectable } from "../policy/select.ts";
import type { StoredPolicy } from "../store/store.ts";
import { layersAt } from "./policy-layers.ts";
import type { Caller, Ports } from "./ports.ts";
import { placesIn } from "./project-places.ts";
import { INSTANCE, readable, type ReadPolicy } from "./stored-policies.ts";

/** Most different sets of the instance's policies that one policy is held against. */
const MAX_SETS = 200;

/**
 * What in a project's policy leaves no place together with the instance's that are mandatory where it holds; one that only counts where
 * a spec names it may be of use in any environment that it leaves a place in. Labels are set by administrators and change without it, so
 * what they select is not judged, and neither is what `before` contradicts already in the same environment.
 */
export async function contradictsInstance(
  ports: Pick<Ports, "store">,
  { project }: Pick<Caller, "project">,
  next: ReadPolicy,
  { before, world }: { readonly before: StoredPolicy | undefined; readonly world: PolicyWorld },
): Promise<readonly Problem[]> {
  const { select } = next;
  if (select?.environments?.labels !== undefined) return [];
  const mandatory = (await ports.store.policies([INSTANCE]))
    .flatMap(readable)
    .filter((policy) => policy.select !== undefined);
  if (mandatory.length === 0) return [];
  const places = (await placesIn(ports, project)).filter((here) => holds(next, here));
  const [was] = before === undefined ? [] : readable(before);
  const contradicts = contradictionsOf(mandatory, world);
  const problems = new Map<string, Problem>();
  for (const here of places) {
    const found = contradicts(next, here);
    if (found.length === 0 && select === undefined) return [];
    const known = was !== undefined && stoodHere(was, next, here) ? contradicts(was, here) : [];
    for (const { key, problem } of found)
      if (!known.some((one) => one.key === key)) problems.set(key, problem);
  }
  return [...problems.values()];
}

const holds = ({ select }: ReadPolicy, here: Selectable): boolean =>
  select === undefined || selects(select, here);

// Where it was only named, nothing had to keep to it.
const stoodHere = (was: ReadPolicy, next: ReadPolicy, here: Selectable): boolean =>
  was.select === undefined ? next.select === undefined : selects(was.select, here);

// Environments that the same policies select are looked at once.
function contradictionsOf(mandatory: readonly ReadPolicy[], world: PolicyWorld) {
  const known = new Map<string, readonly ContradictionAbove[]>();
  return (policy: ReadPolicy, here: Selectable): readonly ContradictionAbove[] => {
    const above = layersAt(mandatory, here);
    const key = [policy.hash, ...above.map(({ ref }) => ref.name)].join();
    const before = known.get(key);
    if (before !== undefined || known.size >= MAX_SETS) return before ?? [];
    const found = contradictionsAbove(ownLayer(policy), above, world);
    known.set(key, found);
    return found;
  };
}

const ownLayer = ({ name, version, hash, rules }: ReadPolicy) => ({
  ref: { layer: "project" as const, name, version, hash },
  rules,
});
