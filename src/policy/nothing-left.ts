import type { Region } from "../catalog/book.ts";
import type { Problem } from "../domain/fault.ts";
import type { Billing } from "../domain/offer.ts";
import { PROVIDERS, type Cloud } from "../domain/place.ts";
import type { Declared, PolicyWorld } from "./declared.ts";
import { saidBy } from "./said-by.ts";
import type { Tier, TierWhere } from "./soft-rules.ts";
import { isRegion, tierChain, type TierOffer, tierOf } from "./tiers.ts";

/**
 * Rules that together leave no place that any cloud sells or any pool could be, with who says them; nothing where one may be left.
 * Labels and expressions are taken to hold. A pool may have any name, and be in any country, but in one only.
 */
export function nothingLeft(declared: Declared, world: PolicyWorld): readonly Problem[] {
  const { tiers = [], within = tiers.length === 0 ? [] : [{ tiers }] } = declared;
  const rules = [...hardRules(declared), ...within.map(tierRule)];
  const found = conflict(rules, placesOf(rules, world));
  const [first] = found;
  if (first === undefined) return [];
  const message =
    found.length === 1
      ? `there is no place that ${first.what} lets in: change it`
      : `no place is let in by all of these at once: ${found.map(({ what }) => what).join(", ")}; change one of them`;
  return [{ pointer: first.pointer, message }];
}

/** Tiers that no place at all could be in, each for what it says itself. */
export function emptyTiers(tiers: readonly Tier[], world: PolicyWorld): readonly Problem[] {
  return tiers.flatMap(({ where }, index) => {
    const rules = PARTS.flatMap((part) => partRule(where, part));
    const fields = conflict(rules, placesOf(rules, world)).map(({ what }) => what);
    if (fields.length === 0) return [];
    const message = `no place is all of this at once: ${fields.join(", ")}; change one of them`;
    return [{ pointer: `/tiers/${index}/where`, message }];
  });
}

/** One thing that a place must be. */
interface Rule {
  readonly what: string;
  readonly pointer: string;
  readonly allows: (place: TierOffer) => boolean;
  /** Names of targets, regions and zones that it speaks of: pools are imagined by them. */
  readonly names?: Pick<TierWhere, "targets" | "regions" | "jurisdictions">;
}

// The fewest rules that leave nothing: each that the others leave nothing without is left out.
function conflict(rules: readonly Rule[], places: readonly TierOffer[]): readonly Rule[] {
  const leave = (some: readonly Rule[]): boolean =>
    places.some((place) => some.every(({ allows }) => allows(place)));
  if (places.length === 0 || leave(rules)) return [];
  return rules.reduce((kept, rule) => {
    const others = kept.filter((one) => one !== rule);
    return leave(others) ? kept : others;
  }, rules);
}

function hardRules(declared: Declared): readonly Rule[] {
  const { providers, targets, regions, jurisdictions = [], arch, spot } = declared;
  const rule = (field: string, allows: Rule["allows"], names?: Rule["names"]): readonly Rule[] => [
    {
      what: `${field}${saidBy(declared, field)}`,
      pointer: `/${field}`,
      allows,
      ...(names === undefined ? {} : { names }),
    },
  ];
  return [
    ...(providers === undefined ? [] : rule("providers", inTier({ providers }))),
    ...(targets === undefined ? [] : rule("targets", inTier({ targets }), { targets })),
    ...(regions === undefined
      ? []
      : rule("regions", (place) => regions.some((name) => isRegion(name, place)), { regions })),
    ...(jurisdictions.length === 0
      ? []
      : rule(
          "jurisdictions",
          (place) => jurisdictions.every((zones) => inTier({ jurisdictions: zones })(place)),
          { jurisdictions: jurisdictions.flat() },
        )),
    ...(arch === undefined
      ? []
      : rule("arch", (place) => place.shape.arch === "any" || arch.includes(place.shape.arch))),
    ...(spot === "forbid" ? rule("spot", ({ billing }) => billing !== "spot") : []),
  ];
}

function tierRule({ tiers, layer }: NonNullable<Declared["within"]>[number]): Rule {
  const chain = tierChain(tiers).map((tier) => ({ ...tier, where: { ...tier.where, labels: undefined } }));
  const all = (field: "targets" | "regions" | "jurisdictions"): readonly string[] =>
    chain.flatMap(({ where }) => where[field] ?? []);
  return {
    what: layer === undefined ? "tiers" : `tiers (policy ${layer.name})`,
    pointer: "/tiers",
    allows: (place) => tierOf(place, chain, () => true) !== undefined,
    names: { targets: all("targets"), regions: all("regions"), jurisdictions: all("jurisdictions") },
  };
}

const PARTS = ["providers", "targets", "regions", "jurisdictions", "billing", "arch"] as const;

function partRule(where: TierWhere, part: (typeof PARTS)[number]): readonly Rule[] {
  const said = where[part];
  if (said === undefined) return [];
  const only: TierWhere = { [part]: said };
  const { targets, regions, jurisdictions } = only;
  return [{ what: part, pointer: "", allows: inTier(only), names: { targets, regions, jurisdictions } }];
}

const inTier =
  (where: TierWhere): Rule["allows"] =>
  (place) =>
    tierOf(place, [{ name: "", where }], () => true) !== undefined;

/** What each cloud sells, by the catalog's variants. */
const SOLD: Readonly<
  Record<Cloud, { readonly billing: readonly Billing[]; readonly arch: readonly ("amd64" | "arm64")[] }>
> = {
  ecs: { billing: ["on-demand", "spot"], arch: ["amd64", "arm64"] },
  aci: { billing: ["on-demand", "spot"], arch: ["amd64"] },
  "cloud-run": { billing: ["request", "instance", "job", "worker-pool"], arch: ["amd64"] },
};

// Every place that there is, at every target that is spoken of and at another one.
function placesOf(rules: readonly Rule[], world: PolicyWorld): readonly TierOffer[] {
  if (world.regions.length === 0) return [];
  const said = (field: "targets" | "regions" | "jurisdictions"): readonly string[] => [
    ...new Set(rules.flatMap(({ names }) => names?.[field] ?? [])),
  ];
  const places = [
    ...world.regions.flatMap(cloudPlaces),
    ...pools(said("regions"), said("jurisdictions"), world),
  ];
  const targets = said("targets").map((name) => ({
    name,
    // A name that nobody has connected yet may be anything.
    providers: world.targets?.flatMap((one) => (one.name === name ? [one.provider] : [])) ?? [],
  }));
  return places.flatMap((offer) => [
    offer,
    ...targets.flatMap(({ name, providers }) =>
      providers.length > 0 && !providers.includes(offer.place.provider)
        ? []
        : [{ ...offer, place: { ...offer.place, target: name } }],
    ),
  ]);
}

function cloudPlaces({ provider, id, jurisdictions, spot }: Region): readonly TierOffer[] {
  const { billing: ways, arch: processors } = SOLD[provider];
  // Fargate has Spot in every region, Container Instances in few.
  const sold = provider === "aci" && !spot ? ways.filter((way) => way !== "spot") : ways;
  return sold.flatMap((billing) =>
    processors.map((arch) => offerOf({ provider, region: id }, jurisdictions, billing, arch)),
  );
}

function pools(
  regions: readonly string[],
  zones: readonly string[],
  world: PolicyWorld,
): readonly TierOffer[] {
  const agents = `${PROVIDERS[3]}/`;
  const names = regions.flatMap((name) =>
    name.startsWith(agents) ? [name.slice(agents.length)] : name.includes("/") ? [] : [name],
  );
  const known = new Map(world.regions.map(({ jurisdictions }) => [jurisdictions.join(), jurisdictions]));
  const countries = [...known.values()];
  // A country in which no cloud is may be in any zone; which it is in, only its pool's owner says.
  const elsewhere = [...zones.filter((zone) => !countries.flat().includes(zone)), ...LEGAL_ZONES];
  return ["", ...new Set(names)].flatMap((region) =>
    [...countries, elsewhere].map((jurisdictions) =>
      offerOf({ provider: "agents", region }, jurisdictions, "own", "any"),
    ),
  );
}

const LEGAL_ZONES = ["EU", "EEA"] as const;

function offerOf(
  place: TierOffer["place"],
  jurisdictions: readonly string[],
  billing: Billing,
  arch: TierOffer["shape"]["arch"],
): TierOffer {
  const shape = { milliCpu: 0, memoryMiB: 0, ephemeralStorageGiB: 0, arch };
  return { place, shape, billing, labels: {}, jurisdictions };
}
