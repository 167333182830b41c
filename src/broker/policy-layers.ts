import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import { Fault } from "../domain/fault.ts";
import type { LayerKind, LayerRef } from "../domain/layer.ts";
import type { Spec } from "../domain/spec.ts";
import type { Layer } from "../policy/layer.ts";
import { DEFAULT_POLICY } from "../policy/policy.ts";
import type { PolicyRules } from "../policy/policy-rules.ts";
import { selects, type Selectable } from "../policy/select.ts";
import type { StoredPolicy } from "../store/store.ts";
import { policiesThen } from "./policies-then.ts";
import { INSTANCE, readStored, type ReadPolicy } from "./stored-policies.ts";
import type { Caller, Ports } from "./ports.ts";

/** What may differ from what is stored: only for looking, never for a plan that can be committed. */
export interface Supposing {
  /** In the place of the policy that the spec names. */
  readonly whatIf?: PolicyRules | undefined;
  /** A stored policy as it would be: without rules it would be removed. */
  readonly changed?:
    | (Pick<ReadPolicy, "owner" | "name" | "select"> & { readonly rules: PolicyRules | undefined })
    | undefined;
  /** Layers that leave nothing are taken as they are, to see which of them forbids what. */
  readonly contradictory?: boolean | undefined;
  /**
   * The spec was taken before, and it still has to run, though what it names may be gone since: its inline policy is read as it stands and
   * narrows what it still can, and a policy it names that was removed is taken as it was last.
   */
  readonly taken?: boolean | undefined;
  /** The stored layers of a past placement, each in its version of then, instead of those in force. */
  readonly past?: readonly LayerRef[] | undefined;
  /** A name that nothing has any more says nothing, for what is removed has to go. */
  readonly forRemoval?: boolean | undefined;
}

/** What every policy stands on. */
export const DEFAULT_LAYER: LayerRef = {
  layer: "default",
  name: DEFAULT_POLICY.name,
  version: 0,
  hash: sha256Hex(canonicalJson(DEFAULT_POLICY)),
};

/**
 * The stored layers that have a say over a spec here, widest first: what selects it of the instance's policies, then of the
 * project's, then the one it names. Throws `invalid-spec` for a name that nothing has.
 */
export async function policyLayers(
  ports: Pick<Ports, "store">,
  caller: Caller,
  spec: Pick<Spec, "policy">,
  supposing: Supposing = {},
): Promise<readonly Layer[]> {
  const { project } = caller;
  const { past } = supposing;
  const [stored, environment, then] = await Promise.all([
    ports.store.policies([INSTANCE, project.id]),
    ports.store.environment(project.id, caller.environment),
    past === undefined ? undefined : policiesThen(ports, caller, past),
  ]);
  const standing = then ?? stored.filter(mayCount(spec, supposing)).map(readStored);
  const policies = await withRemoved(ports, caller, spec, supposed(standing, supposing), supposing);
  const here: Selectable = {
    project,
    environment: {
      name: caller.environment,
      class: environment?.class ?? "production",
      labels: environment?.labels ?? {},
    },
  };
  const layers = layersAt(policies, here);
  const names = stored.map(({ name }) => name);
  const named = namedLayer(policies, mandatoryAt(policies, here), { spec, names }, supposing);
  return named === undefined ? layers : [...layers, named].sort((a, b) => widest(a) - widest(b));
}

// One that is neither mandatory anywhere nor named here is not read: if it cannot be, that is no reason to place nothing.
const mayCount =
  (spec: Pick<Spec, "policy">, { changed }: Supposing) =>
  ({ name, document }: StoredPolicy): boolean =>
    document["select"] !== undefined || name === namedIn(spec) || name === changed?.name;

const namedIn = ({ policy }: Pick<Spec, "policy">): string =>
  typeof policy === "string" ? policy : DEFAULT_POLICY.name;

/** The layers that policies make in one environment, widest first: those that select it, and one that a spec there names. */
export function layersAt(
  policies: readonly ReadPolicy[],
  here: Selectable,
  named?: ReadPolicy,
): readonly Layer[] {
  const layers = mandatoryAt(policies, here).map((policy) => layerOf(policy, kindOf(policy)));
  const last = named === undefined ? [] : [layerOf(named, "workload")];
  return [...layers, ...last].sort((a, b) => widest(a) - widest(b));
}

const mandatoryAt = (policies: readonly ReadPolicy[], here: Selectable): readonly ReadPolicy[] =>
  policies.filter(({ select }) => select !== undefined && selects(select, here));

const ORDER: readonly LayerKind[] = ["instance", "project", "environment", "workload"];
const widest = ({ ref }: Layer): number => ORDER.indexOf(ref.layer);

function kindOf({ owner, select }: ReadPolicy): LayerKind {
  if (owner === INSTANCE) return "instance";
  return select?.environments === undefined ? "project" : "environment";
}

function layerOf({ name, version, hash, rules }: ReadPolicy, layer: LayerKind): Layer {
  return { ref: { layer, name, version, hash }, rules };
}

function namedLayer(
  policies: readonly ReadPolicy[],
  mandatory: readonly ReadPolicy[],
  { spec, names }: { readonly spec: Pick<Spec, "policy">; readonly names: readonly string[] },
  { whatIf, forRemoval }: Supposing,
): Layer | undefined {
  if (whatIf !== undefined) {
    const hash = sha256Hex(canonicalJson(whatIf));
    return { ref: { layer: "workload", name: "what-if", version: 0, hash }, rules: whatIf };
  }
  const name = namedIn(spec);
  const found = policies.findLast((policy) => policy.name === name);
  if (found === undefined && name !== DEFAULT_POLICY.name && forRemoval !== true)
    throw unknownPolicy(name, names);
  // One that holds here anyway is not said twice, and a mandatory one is never anybody's default elsewhere.
  if (found === undefined || mandatory.includes(found)) return undefined;
  return found.select !== undefined && typeof spec.policy !== "string"
    ? undefined
    : layerOf(found, "workload");
}

// Where it was mandatory it is no more: it counts for who names it.
async function withRemoved(
  ports: Pick<Ports, "store">,
  caller: Caller,
  spec: Pick<Spec, "policy">,
  policies: readonly ReadPolicy[],
  { taken, forRemoval, changed }: Supposing,
): Promise<readonly ReadPolicy[]> {
  const name = namedIn(spec);
  const there = name === changed?.name || policies.some((policy) => policy.name === name);
  if (taken !== true || forRemoval === true || there) return policies;
  const last = await removedPolicy(ports, caller, spec);
  return last === undefined ? policies : [...policies, { ...readStored(last), select: undefined }];
}

/** The policy that a spec names, as it was last, where it was removed since; undefined for one in force, and where none ever had that name. */
export async function removedPolicy(
  { store }: Pick<Ports, "store">,
  { project }: Caller,
  spec: Pick<Spec, "policy">,
): Promise<StoredPolicy | undefined> {
  const name = namedIn(spec);
  if (name === DEFAULT_POLICY.name) return undefined;
  const owners = [project.id, INSTANCE];
  const standing = await Promise.all(owners.map((owner) => store.policy(owner, name)));
  if (standing.some((policy) => policy !== undefined)) return undefined;
  const last = await Promise.all(owners.map((owner) => store.lastPolicy(owner, name)));
  return last.find((policy) => policy !== undefined);
}

function supposed(policies: readonly ReadPolicy[], { changed }: Supposing): readonly ReadPolicy[] {
  if (changed === undefined) return policies;
  const others = policies.filter(({ owner, name }) => owner !== changed.owner || name !== changed.name);
  if (changed.rules === undefined) return others;
  const before = policies.find((policy) => !others.includes(policy));
  const { rules, select } = changed;
  const next = { owner: changed.owner, name: changed.name, version: (before?.version ?? 0) + 1 };
  const read = { ...next, hash: sha256Hex(canonicalJson({ ...rules, select })), rules, select };
  // The instance's come first, as the store has them: of two of one name the project's own is meant.
  return read.owner === INSTANCE ? [read, ...others] : [...others, read];
}

function unknownPolicy(name: string, names: readonly string[]): Fault {
  const near = didYouMean(name, [DEFAULT_POLICY.name, ...names]);
  const instead =
    near === undefined
      ? "say default, put one of that name, or write the rules inline"
      : `did you mean ${near}?`;
  const message = `there is no policy ${name}; ${instead}`;
  return new Fault("invalid-spec", `The spec names policy ${name}, which does not exist.`, {
    problems: [{ pointer: "/policy", message }],
  });
}
