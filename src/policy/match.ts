import type { Place } from "../domain/place.ts";

/** Places by what they have in common; a field that is absent matches everything. */
export interface PlaceMatch {
  readonly provider?: string | undefined;
  readonly target?: string | undefined;
  readonly region?: string | undefined;
}

/** Whether a place is among those a match speaks of. */
export function matches(place: Place, match: PlaceMatch): boolean {
  return (
    (match.provider ?? place.provider) === place.provider &&
    (match.target ?? place.target) === place.target &&
    (match.region ?? place.region) === place.region
  );
}

/** A match as people read it: `ecs eu-west-1`. */
export function matchLabel({ provider, target, region }: PlaceMatch): string {
  const parts = [provider, target, region].filter((part) => part !== undefined);
  return parts.length === 0 ? "every place" : parts.join(" ");
}
