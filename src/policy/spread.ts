import type { Offer } from "../domain/offer.ts";
import type { Spread, SpreadOver } from "./soft-rules.ts";

/** What an offer counts as when replicas are spread: two offers with the same value are one place in that respect. */
export function spreadValue(
  { place, jurisdictions }: Pick<Offer, "place" | "jurisdictions">,
  over: SpreadOver,
): string {
  if (over === "provider") return place.provider;
  if (over === "target") return place.target ?? `${place.provider}/${place.region}`;
  if (over === "region") return `${place.provider}/${place.region}`;
  // A place outside every country we know is a jurisdiction of its own kind, and all of those are one.
  return jurisdictions.find((zone) => /^[A-Z]{2}$/.test(zone) && zone !== "EU") ?? "unknown";
}

/** Whether a spread asks for less than the one it would take the place of. */
export function isWeakerSpread(base: Spread | undefined, said: Spread): boolean {
  if (base === undefined) return false;
  const refuses = (spread: Spread): boolean => spread.whenUnsatisfiable !== "ignore";
  return base.over !== said.over || said.minimum < base.minimum || (refuses(base) && !refuses(said));
}
