import type { Offer } from "../../domain/offer.ts";
import type { UsersAt } from "../question.ts";
import { latencyMs } from "../scorers.ts";
import { floatsOf } from "./column-of.ts";
import { MeasuredColumn } from "./measured-column.ts";

/** How far each offer is from its users, estimated once for all that are at one point. */
export class LatencyColumns {
  readonly #offers: readonly Offer[];
  readonly #byUsers = new Map<readonly UsersAt[], MeasuredColumn>();

  constructor(offers: readonly Offer[]) {
    this.#offers = offers;
  }

  /** Round trips to some users, ms; not known where a place is not. */
  of(users: readonly UsersAt[]): MeasuredColumn {
    const known = this.#byUsers.get(users);
    if (known !== undefined) return known;
    const byLatitude = new Map<number, Map<number, number>>();
    const made = floatsOf(this.#offers, (offer) => {
      if (offer.location === undefined) return Number.NaN;
      const { latitude, longitude } = offer.location;
      const same = byLatitude.get(latitude);
      const here = same?.get(longitude);
      if (here !== undefined) return here;
      const ms = latencyMs(offer, users) ?? Number.NaN;
      if (same === undefined) byLatitude.set(latitude, new Map([[longitude, ms]]));
      else same.set(longitude, ms);
      return ms;
    });
    const column = new MeasuredColumn(made);
    this.#byUsers.set(users, column);
    return column;
  }
}
