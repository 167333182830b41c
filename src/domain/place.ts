/** The kinds of place Berth can run things in. A sandbox target simulates one of the clouds under its own name. */
export const PROVIDERS = ["ecs", "aci", "cloud-run", "agents"] as const;
export type Provider = (typeof PROVIDERS)[number];
export const CLOUDS = ["ecs", "aci", "cloud-run"] as const;
export type Cloud = (typeof CLOUDS)[number];

/** Where a unit is, or would be. `host` is an agent's id and only set for agents. */
export interface Place {
  readonly provider: Provider;
  /** The connected target's name; absent for a place of the catalog that nobody has connected. */
  readonly target?: string | undefined;
  readonly region: string;
  readonly host?: string | undefined;
}

/** A place as people read it: `agents/home`, `ecs/eu-west-1`. */
export function placeLabel(place: Place): string {
  return `${place.provider}/${place.region}${place.host === undefined ? "" : `/${place.host}`}`;
}

/** Whether two places are one: same target, region and host. */
export function samePlace(a: Place, b: Place): boolean {
  return a.provider === b.provider && a.target === b.target && a.region === b.region && a.host === b.host;
}
