import { LAYERS, type LayerRef } from "../domain/layer.ts";
import { hardPart, hardRulesIn, hardRulesOf, meet } from "./hard-rules.ts";
import { INLINE, type Layer } from "./layer.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import type { PolicyRules } from "./policy-rules.ts";
import { isWeakerSpread } from "./spread.ts";

/**
 * The policy of several layers: hard rules meet, rules and freezes add up, and of everything else the most specific layer that
 * speaks decides. What an inline layer would loosen stays as the others have it.
 */
export function layered(layers: readonly Layer[], base: Policy = DEFAULT_POLICY): Policy {
  const ordered = [...layers].sort((a, b) => widest(a.ref) - widest(b.ref));
  const stored = ordered.filter(({ ref }) => ref.layer !== "inline");
  const inline = ordered.filter(({ ref }) => ref.layer === "inline");
  return inline.reduce((policy, { rules, ref }) => narrow(policy, rules, ref), overlay(base, stored));
}

/** A policy with a workload's inline rules laid over it: they can only narrow. */
export function narrow(base: Policy, rules: PolicyRules, ref: LayerRef = INLINE): Policy {
  const layer = { ref, rules };
  const { spread } = rules;
  const weaker = spread !== undefined && isWeakerSpread(base.spread, spread);
  return {
    ...base,
    name: `${base.name} + ${ref.name}`,
    ...hardPart(base, meet(hardRulesIn(base), hardRulesOf(layer))),
    ...softPart(base, weaker ? { ...rules, spread: undefined } : rules),
    ...addedUp(base, layer),
  };
}

/** A whole policy of the given name: what a document says, and `base` where it says nothing. */
export function completePolicy(base: Policy, name: string, rules: PolicyRules): Policy {
  return overlay(base, [{ ref: { layer: "workload", name, version: 0, hash: "" }, rules }]);
}

function overlay(base: Policy, layers: readonly Layer[]): Policy {
  const [first, ...others] = layers.map(hardRulesOf);
  const named = [...new Set(layers.map(({ ref }) => ref.name))];
  const whole = { ...base, name: named.length === 0 ? base.name : named.join(" + ") };
  const hard = first === undefined ? whole : { ...whole, ...hardPart(base, others.reduce(meet, first)) };
  let policy: Policy = hard;
  for (const layer of layers) policy = withPreferences(policy, layer);
  return policy;
}

function withPreferences(policy: Policy, layer: Layer): Policy {
  return { ...policy, ...softPart(policy, layer.rules), ...addedUp(policy, layer) };
}

function addedUp(base: Policy, { ref, rules }: Layer): Pick<Policy, "rules" | "freezes"> {
  return {
    rules: [...base.rules, ...(rules.rules ?? []).map((rule) => ({ ...rule, layer: ref }))],
    freezes: [...base.freezes, ...(rules.freezes ?? []).map((freeze) => ({ ...freeze, layer: ref }))],
  };
}

function softPart(base: Policy, rules: PolicyRules) {
  return {
    weights: over(base.weights, rules.weights),
    users: rules.users ?? base.users,
    tiers: rules.tiers ?? base.tiers,
    spread: rules.spread ?? base.spread,
    movement: over(base.movement, rules.movement),
    failover: over(base.failover, rules.failover),
    whenViolated: rules.whenViolated ?? base.whenViolated,
  };
}

function over<Group extends object>(
  base: Group,
  said: { readonly [Field in keyof Group]?: Group[Field] | undefined } = {},
): Group {
  const spoken = Object.entries(said).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(spoken) };
}

const widest = ({ layer }: LayerRef): number => LAYERS.indexOf(layer);
