import type { Problem } from "../domain/fault.ts";
import { CLOUDS, PROVIDERS } from "../domain/place.ts";
import type { Declared, PolicyWorld } from "./declared.ts";
import { saidBy } from "./said-by.ts";
import { spreadValue } from "./spread.ts";

/** Where a spread asks for more distinct values than the other rules leave, or than targets exist for. */
export function spreadContradictions(declared: Declared, world: PolicyWorld): readonly Problem[] {
  const { spread } = declared;
  if (spread === undefined || spread.whenUnsatisfiable === "ignore") return [];
  const most = mostValues(declared, world);
  if (most === undefined || spread.minimum <= most.count) return [];
  return [
    {
      pointer: "/spread/minimum",
      message: `replicas cannot be on ${spread.minimum} different ${NAMES[spread.over]}: ${most.because}`,
    },
  ];
}

const NAMES = {
  provider: "providers",
  target: "targets",
  region: "regions",
  jurisdiction: "jurisdictions",
} as const;

interface Most {
  readonly count: number;
  readonly because: string;
}

function mostValues(declared: Declared, world: PolicyWorld): Most | undefined {
  const { providers, targets, spread } = declared;
  const connected = world.targets?.filter(
    ({ name, provider }) => (targets?.includes(name) ?? true) && (providers?.includes(provider) ?? true),
  );
  switch (spread?.over) {
    case "target": {
      const allowed =
        targets === undefined
          ? undefined
          : atMost(targets.length, `targets${saidBy(declared, "targets")} names ${targets.length}`);
      return least(allowed, connectedMost(world, connected?.length, "targets"));
    }
    case "provider": {
      const count = providers?.length ?? PROVIDERS.length;
      const because =
        providers === undefined
          ? `there are ${count}`
          : `providers${saidBy(declared, "providers")} allows ${count}`;
      const used = new Set(connected?.map(({ provider }) => provider)).size;
      return least(atMost(count, because), connectedMost(world, connected && used, "providers"));
    }
    case "region":
      return regionMost(declared, world);
    case "jurisdiction":
      return jurisdictionMost(declared, world);
    case undefined:
      return undefined;
  }
}

const atMost = (count: number, because: string): Most => ({ count, because });

function least(a: Most | undefined, b: Most | undefined): Most | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.count < a.count ? b : a;
}

// Before the first target is connected, nothing can be said of how many there will be.
function connectedMost(
  { targets = [] }: PolicyWorld,
  count: number | undefined,
  what: string,
): Most | undefined {
  if (targets.length === 0 || count === undefined) return undefined;
  return atMost(count, `${count} of the ${what} that are connected ${count === 1 ? "is" : "are"} allowed`);
}

function regionMost(declared: Declared, world: PolicyWorld): Most | undefined {
  const { regions, providers = PROVIDERS } = declared;
  if (regions === undefined) return undefined;
  // A bare name may be a region of several clouds, or a pool.
  const counts = regions.map((name) => {
    if (name.includes("/")) return 1;
    const clouds = CLOUDS.filter((cloud) =>
      world.regions.some((one) => one.provider === cloud && one.id === name),
    );
    return Math.max(
      1,
      clouds.filter((cloud) => providers.includes(cloud)).length + (providers.includes("agents") ? 1 : 0),
    );
  });
  const count = counts.reduce((sum, one) => sum + one, 0);
  return atMost(count, `regions${saidBy(declared, "regions")} allows ${count}`);
}

function jurisdictionMost(declared: Declared, world: PolicyWorld): Most | undefined {
  const { jurisdictions = [], providers } = declared;
  if (jurisdictions.length === 0 || world.regions.length === 0) return undefined;
  const isCountry = (zone: string): boolean => zone.length === 2 && zone !== "EU";
  const countries = jurisdictions.find((zones) => zones.every(isCountry));
  if (countries !== undefined)
    return atMost(
      countries.length,
      `jurisdictions${saidBy(declared, "jurisdictions")} allows ${countries.length}`,
    );
  if (providers === undefined || providers.includes("agents")) return undefined;
  const legal = world.regions.filter(
    (region) =>
      providers.includes(region.provider) &&
      jurisdictions.every((zones) => zones.some((zone) => region.jurisdictions.includes(zone))),
  );
  const count = new Set(
    legal.map(({ provider, id, jurisdictions: zones }) =>
      spreadValue({ place: { provider, region: id }, jurisdictions: zones }, "jurisdiction"),
    ),
  ).size;
  return atMost(count, `there are ${count} with regions of ${providers.join(" or ")}`);
}
