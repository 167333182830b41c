import { Big } from "big.js";
import type { Problem } from "../domain/fault.ts";
import { FIDELITY_LEVELS, type FidelityLevel } from "./levels.ts";
import type { LayerRef } from "../domain/layer.ts";
import type { Policy } from "./policy.ts";
import type { PolicyRules } from "./policy-rules.ts";

/**
 * A policy with a workload's inline rules laid over it. Hard rules intersect, so that what either refuses stays refused;
 * weights and movement are soft and come from the inline rules where they speak.
 */
export function narrow(base: Policy, inline: PolicyRules): Policy {
  return {
    name: `${base.name} + inline`,
    providers: both(base.providers, inline.providers),
    targets: both(base.targets, inline.targets),
    regions: bothRegions(base.regions, inline.regions),
    // Germany is in the EU: zones overlap, so both lists must hold rather than what they have in common.
    jurisdictions:
      inline.jurisdictions === undefined
        ? base.jurisdictions
        : [...(base.jurisdictions ?? []), inline.jurisdictions],
    registries: both(base.registries, inline.registries),
    arch: both(base.arch, inline.arch),
    spot: inline.spot === "forbid" ? "forbid" : base.spot,
    maxUsdPerMonth: {
      expected: lower(base.maxUsdPerMonth.expected, inline.maxUsdPerMonth?.expected),
      ceiling: lower(base.maxUsdPerMonth.ceiling, inline.maxUsdPerMonth?.ceiling),
    },
    minimumFidelity: better(base.minimumFidelity, inline.minimumFidelity),
    allowPlainHttp: base.allowPlainHttp && inline.allowPlainHttp !== false,
    requireDigest: base.requireDigest || inline.requireDigest === true,
    ...addedUp(base, inline, { layer: "inline", name: "inline", version: 0, hash: "" }),
    ...softOf(base, inline),
  };
}

/** A whole policy of the given name: what a document says, and `base` where it says nothing. */
export function completePolicy(base: Policy, name: string, rules: PolicyRules): Policy {
  return {
    name,
    providers: rules.providers ?? base.providers,
    targets: rules.targets ?? base.targets,
    regions: rules.regions ?? base.regions,
    jurisdictions: rules.jurisdictions === undefined ? base.jurisdictions : [rules.jurisdictions],
    registries: rules.registries ?? base.registries,
    arch: rules.arch ?? base.arch,
    spot: rules.spot ?? base.spot,
    maxUsdPerMonth: { ...base.maxUsdPerMonth, ...rules.maxUsdPerMonth },
    minimumFidelity: rules.minimumFidelity ?? base.minimumFidelity,
    allowPlainHttp: rules.allowPlainHttp ?? base.allowPlainHttp,
    requireDigest: rules.requireDigest ?? base.requireDigest,
    ...addedUp(base, rules, { layer: "workload", name, version: 0, hash: "" }),
    ...softOf(base, rules),
  };
}

/** What an inline policy asks to loosen: it cannot, so its author should hear of it. Pointers are below `at`. */
export function widenings(base: Policy, inline: PolicyRules, at = ""): readonly Problem[] {
  const stays = `policy ${base.name} is stricter, and an inline policy may only narrow it`;
  const problems: Problem[] = [];
  const report = (field: string): number => problems.push({ pointer: `${at}/${field}`, message: stays });
  for (const field of ["providers", "targets", "registries", "arch"] as const)
    if (inline[field] !== undefined && both<string>(base[field], inline[field])?.length === 0) report(field);
  if (inline.regions !== undefined && bothRegions(base.regions, inline.regions)?.length === 0)
    report("regions");
  if (inline.spot === "allow" && base.spot === "forbid") report("spot");
  if (inline.allowPlainHttp === true && !base.allowPlainHttp) report("allowPlainHttp");
  if (
    inline.minimumFidelity !== undefined &&
    better(base.minimumFidelity, inline.minimumFidelity) !== inline.minimumFidelity
  )
    report("minimumFidelity");
  return problems;
}

function addedUp(base: Policy, said: PolicyRules, layer: LayerRef) {
  const laid = <T>(rules: readonly T[] | undefined) => (rules ?? []).map((rule) => ({ ...rule, layer }));
  return {
    require: [...base.require, ...laid(said.require)],
    within: [...base.within, ...(said.tiers === undefined ? [] : [{ tiers: said.tiers, layer }])],
    rules: [...base.rules, ...laid(said.rules)],
    freezes: [...base.freezes, ...laid(said.freezes)],
  };
}

function softOf(base: Policy, { weights, movement, failover, ...said }: PolicyRules) {
  return {
    weights: over(base.weights, weights),
    users: said.users ?? base.users,
    tiers: said.tiers ?? base.tiers,
    spread: said.spread ?? base.spread,
    movement: over(base.movement, movement),
    failover: over(base.failover, failover),
    whenViolated: said.whenViolated ?? base.whenViolated,
  };
}

function over<Group extends object>(
  base: Group,
  said: { readonly [Field in keyof Group]?: Group[Field] | undefined } = {},
): Group {
  const spoken = Object.entries(said).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(spoken) };
}

function both<T>(base: readonly T[] | undefined, inline: readonly T[] | undefined): readonly T[] | undefined {
  if (base === undefined || inline === undefined) return inline ?? base;
  return base.filter((entry) => inline.includes(entry));
}

// `eu-west-1` and `ecs/eu-west-1` speak of the same region, and the longer name is the narrower one.
function bothRegions(
  base: readonly string[] | undefined,
  inline: readonly string[] | undefined,
): readonly string[] | undefined {
  if (base === undefined || inline === undefined) return inline ?? base;
  return [...new Set(base.flatMap((one) => inline.flatMap((other) => narrowest(one, other))))];
}

function narrowest(one: string, other: string): readonly string[] {
  if (one === other || one.endsWith(`/${other}`)) return [one];
  return other.endsWith(`/${one}`) ? [other] : [];
}

function lower(base: string | undefined, inline: string | undefined): string | undefined {
  if (base === undefined || inline === undefined) return inline ?? base;
  return new Big(inline).lt(base) ? inline : base;
}

function better(base: FidelityLevel, inline: FidelityLevel | undefined): FidelityLevel {
  return inline !== undefined && FIDELITY_LEVELS.indexOf(inline) < FIDELITY_LEVELS.indexOf(base)
    ? inline
    : base;
}
