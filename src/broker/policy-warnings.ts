import type { Warning } from "../domain/plan.ts";
import { conflicts } from "../policy/contradictions.ts";
import type { PolicyWorld } from "../policy/declared.ts";
import type { Layer } from "../policy/layer.ts";
import { layered } from "../policy/layers.ts";
import type { Selectable } from "../policy/select.ts";
import { unknownNames } from "../policy/unknown-names.ts";
import type { Project } from "../store/instance.ts";
import type { PolicyOwner } from "./policy-users.ts";
import { layersAt } from "./policy-layers.ts";
import { policyWorld } from "./policy-world.ts";
import type { Caller, Ports } from "./ports.ts";
import { placesIn } from "./project-places.ts";
import { INSTANCE, readable, type ReadPolicy } from "./stored-policies.ts";

/** Most warnings about one policy. */
const MAX_WARNINGS = 20;
/** Most sets of layers held against each other: environments that the same policies select count as one. */
const MAX_SETS = 1_000;

/**
 * What the author of a stored policy should know and what is no error in it alone: names that nobody has, and other policies that
 * leave no place together with it, wherever they meet. Each is a sentence, the same one once.
 */
export async function policyWarnings(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  policy: { readonly name: string; readonly owner: PolicyOwner },
): Promise<readonly Warning[]> {
  const projects = policy.owner === "instance" ? await ports.store.projects() : [caller.project];
  const found = new Map<string, Warning>();
  const budget = { sets: MAX_SETS };
  for (const project of projects) {
    if (found.size >= MAX_WARNINGS || budget.sets <= 0) break;
    for (const warning of await warningsIn(ports, project, policy, budget))
      found.set(warning.message, warning);
  }
  return [...found.values()].slice(0, MAX_WARNINGS);
}

async function warningsIn(
  ports: Pick<Ports, "store" | "books">,
  project: Project,
  { name, owner }: { readonly name: string; readonly owner: PolicyOwner },
  budget: { sets: number },
): Promise<readonly Warning[]> {
  const policies = (await ports.store.policies([INSTANCE, project.id])).flatMap(readable);
  const id = owner === "instance" ? INSTANCE : project.id;
  const policy = policies.find((one) => one.owner === id && one.name === name);
  if (policy === undefined) return [];
  const world = await policyWorld(ports, project.id);
  // Targets have names of their own in each project, so of the instance's policies they say nothing.
  const names = unknownNames(policy.rules, owner === "instance" ? { regions: world.regions } : world);
  const places = await placesIn(ports, project);
  return [
    ...names.map(({ pointer, message }) => ({ code: "unknown-name", message: `${pointer}: ${message}` })),
    ...conflictsOf(policy, setsWith(policy, policies, places, budget), world),
  ];
}

/** Every set of layers that a spec can be placed under and that the policy is one of. */
function setsWith(
  policy: ReadPolicy,
  policies: readonly ReadPolicy[],
  places: readonly Selectable[],
  budget: { sets: number },
): readonly (readonly Layer[])[] {
  // Of two of one name the project's own is meant, which comes last.
  const byName = policies.filter(
    (one) => one.select === undefined && policies.findLast(({ name }) => name === one.name) === one,
  );
  const named = policy.select === undefined ? byName.filter((one) => one === policy) : [undefined, ...byName];
  const sets = new Map<string, readonly Layer[]>();
  for (const here of places)
    for (const one of named) {
      const layers = layersAt(policies, here, one);
      const key = layers.map(({ ref }) => `${ref.layer} ${ref.name}`).join();
      if (sets.has(key) || !layers.some(isOf(policy))) continue;
      budget.sets -= 1;
      if (budget.sets < 0) return [...sets.values()];
      sets.set(key, layers);
    }
  return [...sets.values()];
}

// Layers that leave no place leave none with more of them: only the fewest are told.
function conflictsOf(
  policy: ReadPolicy,
  sets: readonly (readonly Layer[])[],
  world: PolicyWorld,
): readonly Warning[] {
  const told: (readonly Layer[])[] = [];
  const warnings: Warning[] = [];
  for (const layers of sets.toSorted((a, b) => a.length - b.length)) {
    const within = (fewer: readonly Layer[]): boolean =>
      fewer.every(({ ref }) => layers.some((one) => one.ref.name === ref.name && one.ref.hash === ref.hash));
    if (told.some(within)) continue;
    const found = conflictOf(policy, layers, world);
    if (found.length > 0) told.push(layers);
    warnings.push(...found);
  }
  return warnings;
}

// What the others contradict without this policy is not its doing.
function conflictOf(policy: ReadPolicy, layers: readonly Layer[], world: PolicyWorld): readonly Warning[] {
  const others = layers.filter((layer) => !isOf(policy)(layer));
  const before = new Set(conflicts(layered(others), world).map(({ message }) => message));
  const names = others.map(({ ref }) => `${ref.layer} policy ${ref.name}`).join(", ");
  const under = names === "" ? "by itself" : `together with ${names}`;
  return conflicts(layered(layers), world)
    .filter(({ message }) => !before.has(message))
    .map(({ message }) => ({ code: "policy-conflict", message: `${under} it leaves no place: ${message}` }));
}

const isOf =
  ({ name, version, hash }: ReadPolicy) =>
  ({ ref }: Layer): boolean =>
    ref.name === name && ref.version === version && ref.hash === hash;
