import type { PolicyWorld, Declared } from "./declared.ts";
import type { Region } from "../catalog/book.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import type { Problem } from "../domain/fault.ts";
import { PROVIDERS, type Provider } from "../domain/place.ts";
import { pointIn } from "./points.ts";
import { emptyTiers, nothingLeft } from "./nothing-left.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { saidBy } from "./said-by.ts";
import { spreadContradictions } from "./spread-bounds.ts";
import type { TierWhere } from "./soft-rules.ts";
import { tierChain } from "./tiers.ts";

/** What of a document cannot be or cannot hold together, each with its pointer below `at`; nothing for a sound one. */
export function contradictions(declared: Declared, world: PolicyWorld, at = ""): readonly Problem[] {
  const named: readonly Problem[] = [
    ...unknownRegions(declared.regions, "/regions", world),
    ...(declared.tiers ?? []).flatMap(({ where }, index) =>
      unknownRegions(where.regions, `/tiers/${index}/where/regions`, world),
    ),
    ...userProblems(declared, world),
    ...weightProblems(declared),
  ];
  // What a slip of the pen names is there under another name: it is no reason to say that nothing is left.
  const tiers = named.length > 0 ? [] : emptyTiers(declared.tiers ?? [], world);
  const together =
    named.length + tiers.length > 0 ? impossibilities(declared, world) : conflicts(declared, world);
  const found = [...named, ...tiers, ...together];
  return found.map(({ pointer, message }) => ({ pointer: `${at}${pointer}`, message }));
}

/** What rules cannot hold together: what leaves no place or too few, by the rules alone; else by every place that there is. */
export function conflicts(declared: Declared, world: PolicyWorld): readonly Problem[] {
  const found = impossibilities(declared, world);
  return found.length > 0 ? found : nothingLeft(declared, world);
}

/** What rules together leave no place at all, or too few; nothing where something may be left. Cheap enough for every plan. */
export function impossibilities(declared: Declared, world: PolicyWorld): readonly Problem[] {
  return [
    ...emptyLists(declared),
    ...unreachableRegions(declared, world),
    ...residencyProblems(declared, world),
    ...tierReach(declared),
    ...spreadContradictions(declared, world),
  ];
}

const LISTS = ["providers", "targets", "regions", "registries", "arch"] as const;

function emptyLists(declared: Declared): readonly Problem[] {
  return LISTS.filter((field) => declared[field]?.length === 0).map((field) => ({
    pointer: `/${field}`,
    message: `${declared.by?.[field] ?? "the policies"} have no ${field} in common: change one of them`,
  }));
}

function unknownRegions(regions: readonly string[] = [], at: string, world: PolicyWorld): readonly Problem[] {
  return regions.flatMap((name, index) => {
    const [provider = "", region] = name.split("/");
    if (region === undefined) return [];
    const problem = namedRegion(provider, region, world);
    return problem === undefined ? [] : [{ pointer: `${at}/${index}`, message: problem }];
  });
}

function unreachableRegions(declared: Declared, world: PolicyWorld): readonly Problem[] {
  const { regions = [], providers = [] } = declared;
  if (regions.length === 0 || providers.length === 0) return [];
  const reachable = regions.some((name) => providers.some((provider) => canHave(provider, name, world)));
  if (reachable) return [];
  const message = `none of these regions${saidBy(declared, "regions")} is of ${providers.join(" or ")}, the only providers allowed${saidBy(declared, "providers")}: change regions or providers`;
  return [{ pointer: "/regions", message }];
}

function namedRegion(provider: string, region: string, world: PolicyWorld): string | undefined {
  if (!PROVIDERS.some((known) => known === provider)) {
    const near = didYouMean(provider, PROVIDERS);
    const instead = near === undefined ? `there are ${PROVIDERS.join(", ")}` : `did you mean ${near}?`;
    return `there is no provider ${provider}; ${instead}`;
  }
  const known = world.regions.filter((one) => one.provider === provider).map(({ id }) => id);
  if (known.length === 0 || known.includes(region)) return undefined;
  const near = didYouMean(region, known);
  return `${provider} has no region ${region}${near === undefined ? "" : `; did you mean ${near}?`}`;
}

// A region of agents is a pool, and pools are nobody's to list.
function canHave(provider: Provider, name: string, { regions }: PolicyWorld): boolean {
  const [first = "", second] = name.split("/");
  if (second !== undefined) return first === provider;
  const known = regions.filter((one) => one.id === name);
  return provider === "agents" || known.length === 0 || known.some((one) => one.provider === provider);
}

function residencyProblems(declared: Declared, world: PolicyWorld): readonly Problem[] {
  const { regions = [], jurisdictions = [], providers } = declared;
  const zones = `${zonesOf(jurisdictions)}${saidBy(declared, "jurisdictions")}`;
  const legal = (region: Region): boolean =>
    jurisdictions.every((zones) => zones.some((zone) => region.jurisdictions.includes(zone)));
  if (jurisdictions.length === 0 || world.regions.length === 0) return [];
  const asked = regions.map((name) => world.regions.filter((one) => isNamed(name, one)));
  if (asked.length > 0 && asked.every((known) => known.length > 0 && !known.some(legal)))
    return [
      {
        pointer: "/jurisdictions",
        message: `none of the regions ${list(regions)}${saidBy(declared, "regions")} is in ${zones}: change regions or jurisdictions`,
      },
    ];
  // Where agents are is for their owner to say, so they may be in any country.
  const clouds = providers !== undefined && providers.length > 0 && !providers.includes("agents");
  const some = world.regions.some((one) => (providers?.includes(one.provider) ?? true) && legal(one));
  if (!clouds || some) return [];
  const who = `${providers.join(" and ")}${saidBy(declared, "providers")}`;
  return [
    {
      pointer: "/jurisdictions",
      message: `${who} have no region in ${zones}: change providers or jurisdictions`,
    },
  ];
}

const isNamed = (name: string, { id, provider }: Region): boolean =>
  name === id || name === `${provider}/${id}`;
const zonesOf = (lists: readonly (readonly string[])[]): string =>
  lists.map((zones) => zones.join(" or ")).join(", and at once in ");
const list = (names: readonly string[]): string =>
  names.length > MAX_NAMED ? `${names.slice(0, MAX_NAMED).join(", ")}, ...` : names.join(", ");
const MAX_NAMED = 8;

function tierReach(declared: Declared): readonly Problem[] {
  const { tiers = [] } = declared;
  const closed = tierChain(tiers).map((tier) => shutOut(tier.where, declared));
  const [why] = closed;
  if (why === undefined || closed.includes(undefined)) return [];
  return [
    {
      pointer: "/tiers",
      message: `no tier reaches a place that is allowed: ${why}; change the tiers or the rule`,
    },
  ];
}

// Why nothing that the rules allow can be in a tier; undefined when something can.
function shutOut(where: TierWhere, declared: Declared): string | undefined {
  for (const field of ["providers", "targets", "arch"] as const) {
    const [taken, allowed]: readonly (readonly string[] | undefined)[] = [where[field], declared[field]];
    if (taken !== undefined && allowed !== undefined && !taken.some((one) => allowed.includes(one)))
      return `it takes only ${list(taken)}, and ${field}${saidBy(declared, field)} allows only ${list(allowed)}`;
  }
  const spotOnly = where.billing?.every((billing) => billing === "spot") === true;
  return spotOnly && declared.spot === "forbid"
    ? `it takes only Spot, and spot is forbid${saidBy(declared, "spot")}`
    : undefined;
}

function userProblems({ users = [] }: Declared, { regions }: PolicyWorld): readonly Problem[] {
  return users.flatMap(({ place }, index) => {
    if (typeof place !== "string" || regions.length === 0 || pointIn(regions, place) !== undefined) return [];
    const near = didYouMean(
      place,
      regions.map(({ provider, id }) => `${provider}/${id}`),
    );
    const instead =
      near === undefined ? "write provider/region, or latitude and longitude" : `did you mean ${near}?`;
    return [{ pointer: `/users/${index}/place`, message: `nobody knows where ${place} is; ${instead}` }];
  });
}

function weightProblems({ weights, users = [] }: Declared): readonly Problem[] {
  if (weights === undefined) return [];
  const { cost, latency, carbon, fidelity, stability } = DEFAULT_POLICY.weights;
  const sum =
    (weights.cost ?? cost) +
    (weights.carbon ?? carbon) +
    (weights.fidelity ?? fidelity) +
    (weights.stability ?? stability) +
    (users.length > 0 ? (weights.latency ?? latency) : 0);
  if (sum > 0) return [];
  const message = "at least one weight must be above 0; latency counts only where users are named";
  return [{ pointer: "/weights", message }];
}
