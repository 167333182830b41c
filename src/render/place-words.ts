import type { Place } from "../domain/place.ts";
import { placeText } from "./offer-text.ts";

/** A place within a sentence: `Fargate eu-west-1`. */
export function placeWords(place: Place): string {
  return placeText(place).join(" ");
}

/** Several places within a sentence, each once. */
export function placesWords(places: readonly Place[]): string {
  return [...new Set(places.map(placeWords))].join(", ");
}
