import type { Provider } from "../domain/place.ts";
import type { Layer } from "./layer.ts";
import { FIDELITY_LEVELS, type FidelityLevel } from "./levels.ts";
import { added, both, common, commonRegions, inOrder, leastFirst, stricter, type Said } from "./meet.ts";
import { LIST_FIELDS, type Policy, type SaidList } from "./policy.ts";

type Maybe<T> = Said<T> | undefined;

/** The rules that refuse, as some layers say them; what is absent, none of them speaks of. */
export interface HardRules {
  readonly providers: Maybe<readonly Provider[]>;
  readonly targets: Maybe<readonly string[]>;
  readonly regions: Maybe<readonly string[]>;
  readonly jurisdictions: Maybe<readonly (readonly string[])[]>;
  readonly registries: Maybe<readonly string[]>;
  readonly arch: Maybe<readonly ("amd64" | "arm64")[]>;
  readonly spot: Maybe<Policy["spot"]>;
  readonly expected: Maybe<string>;
  readonly ceiling: Maybe<string>;
  readonly minimumFidelity: Maybe<FidelityLevel>;
  readonly allowPlainHttp: Maybe<boolean>;
  readonly requireDigest: Maybe<boolean>;
  readonly require: Policy["require"];
  readonly within: Policy["within"];
  /** Each layer's own lists. */
  readonly lists: readonly SaidList[];
}

/** What one layer says. */
export function hardRulesOf({ ref, rules }: Layer): HardRules {
  const said = <T>(value: T | undefined): Maybe<T> =>
    value === undefined ? undefined : { value, by: [ref.name] };
  return {
    providers: said(rules.providers),
    targets: said(rules.targets),
    regions: said(rules.regions),
    jurisdictions: said(rules.jurisdictions && [rules.jurisdictions]),
    registries: said(rules.registries),
    arch: said(rules.arch),
    spot: said(rules.spot),
    expected: said(rules.maxUsdPerMonth?.expected),
    ceiling: said(rules.maxUsdPerMonth?.ceiling),
    minimumFidelity: said(rules.minimumFidelity),
    allowPlainHttp: said(rules.allowPlainHttp),
    requireDigest: said(rules.requireDigest),
    require: (rules.require ?? []).map((one) => ({ ...one, layer: ref })),
    within: rules.tiers === undefined ? [] : [{ tiers: rules.tiers, layer: ref }],
    lists: LIST_FIELDS.flatMap((field) => {
      const list = rules[field];
      return list === undefined ? [] : [{ field, by: ref.name, list }];
    }),
  };
}

/** What a whole policy says: everything, for it has a value for every switch. */
export function hardRulesIn(policy: Policy): HardRules {
  const said = <T>(field: string, value: T | undefined): Maybe<T> =>
    value === undefined ? undefined : { value, by: [policy.by?.[field] ?? policy.name] };
  return {
    providers: said("providers", policy.providers),
    targets: said("targets", policy.targets),
    regions: said("regions", policy.regions),
    jurisdictions: said("jurisdictions", policy.jurisdictions),
    registries: said("registries", policy.registries),
    arch: said("arch", policy.arch),
    spot: said("spot", policy.spot),
    expected: said("expected", policy.maxUsdPerMonth.expected),
    ceiling: said("ceiling", policy.maxUsdPerMonth.ceiling),
    minimumFidelity: said("minimumFidelity", policy.minimumFidelity),
    allowPlainHttp: said("allowPlainHttp", policy.allowPlainHttp),
    requireDigest: said("requireDigest", policy.requireDigest),
    require: policy.require,
    within: policy.within,
    lists: policy.lists ?? [],
  };
}

/** Both at once: what either refuses stays refused. In whatever order and grouping several are met, the result is one. */
export function meet(a: HardRules, b: HardRules): HardRules {
  return {
    providers: both(a.providers, b.providers, common),
    targets: both(a.targets, b.targets, common),
    regions: both(a.regions, b.regions, commonRegions),
    // Germany is in the EU: zones overlap, so each list must hold rather than what they have in common.
    jurisdictions: both(a.jurisdictions, b.jurisdictions, added),
    registries: both(a.registries, b.registries, common),
    arch: both(a.arch, b.arch, common),
    spot: stricter(a.spot, b.spot, inOrder(["forbid", "allow"])),
    expected: stricter(a.expected, b.expected, leastFirst),
    ceiling: stricter(a.ceiling, b.ceiling, leastFirst),
    minimumFidelity: stricter(a.minimumFidelity, b.minimumFidelity, inOrder(FIDELITY_LEVELS)),
    allowPlainHttp: stricter(a.allowPlainHttp, b.allowPlainHttp, inOrder([false, true])),
    requireDigest: stricter(a.requireDigest, b.requireDigest, inOrder([true, false])),
    require: added(a.require, b.require),
    within: added(a.within, b.within),
    lists: added(a.lists, b.lists),
  };
}

/** The hard part of a policy: what the rules say, and `base` where they are silent. */
export function hardPart(base: Policy, rules: HardRules) {
  const { expected, ceiling, require, within, lists, ...fields } = rules;
  const said = added(base.lists ?? [], lists);
  const spoken = Object.entries({ ...fields, expected, ceiling });
  return {
    providers: fields.providers?.value ?? base.providers,
    targets: fields.targets?.value ?? base.targets,
    regions: fields.regions?.value ?? base.regions,
    jurisdictions: fields.jurisdictions?.value ?? base.jurisdictions,
    registries: fields.registries?.value ?? base.registries,
    arch: fields.arch?.value ?? base.arch,
    spot: fields.spot?.value ?? base.spot,
    maxUsdPerMonth: {
      expected: expected?.value ?? base.maxUsdPerMonth.expected,
      ceiling: ceiling?.value ?? base.maxUsdPerMonth.ceiling,
    },
    minimumFidelity: fields.minimumFidelity?.value ?? base.minimumFidelity,
    allowPlainHttp: fields.allowPlainHttp?.value ?? base.allowPlainHttp,
    requireDigest: fields.requireDigest?.value ?? base.requireDigest,
    require: added(base.require, require),
    within: added(base.within, within),
    ...(said.length === 0 ? {} : { lists: said }),
    by: {
      ...base.by,
      ...Object.fromEntries(
        spoken.flatMap(([field, one]) => (one === undefined ? [] : [[field, one.by.join(" and ")]])),
      ),
    },
  };
}
