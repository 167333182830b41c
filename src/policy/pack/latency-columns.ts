import type { Offer } from "../../domain/offer.ts";
import type { UsersAt } from "../question.ts";
import { latencyMs } from "../scorers.ts";

/** How far each offer is from its users, estimated once for all that are at one point. */
export class LatencyColumns {
  readonly #offers: readonly Offer[];
  readonly #byUsers = new Map<readonly UsersAt[], readonly (number | undefined)[]>();

  constructor(offers: readonly Offer[]) {
    this.#offers = offers;
  }

  /** Round trips to some users, ms; undefined where a place is not known. */
  of(users: readonly UsersAt[]): readonly (number | undefined)[] {
    const known = this.#byUsers.get(users);
    if (known !== undefined) return known;
    const byLatitude = new Map<number, Map<number, number | undefined>>();
    const made = this.#offers.map((offer) => {
      if (offer.location === undefined) return undefined;
      const { latitude, longitude } = offer.location;
      const same = byLatitude.get(latitude);
      const here = same?.get(longitude);
      if (here !== undefined) return here;
      const ms = latencyMs(offer, users);
      if (same === undefined) byLatitude.set(latitude, new Map([[longitude, ms]]));
      else same.set(longitude, ms);
      return ms;
    });
    this.#byUsers.set(users, made);
    return made;
  }
}
