import type { PriceBook } from "../catalog/book.ts";
import { allCloudOffers } from "../catalog/cloud-offers.ts";
import type { Needs } from "../domain/needs.ts";
import { needsOf } from "../domain/needs-of.ts";
import type { Spec } from "../domain/spec.ts";
import { ANY_GATEWAY } from "./any-gateway.ts";
import { place, type Placement } from "./place.ts";
import { peersAt, usersAt } from "./points.ts";
import { COMPARE_POLICY, type Policy } from "./policy.ts";

export interface Comparison {
  readonly needs: Needs;
  readonly placement: Placement;
}

/** A spec in every region of every cloud, ranked by a policy at `now` (ms): needs no broker, no account and no network. */
export function compareEverywhere(
  spec: Spec,
  book: PriceBook,
  policy: Policy = COMPARE_POLICY,
  now?: number,
): Comparison {
  const needs = needsOf(spec);
  const { image, priority, singleton } = spec;
  const placement = place({
    needs,
    offers: allCloudOffers(needs, book),
    policy,
    // Nothing is connected yet, so no gateway stands in the way: what the broker's own cannot carry, its plans say.
    gateway: ANY_GATEWAY,
    now,
    users: usersAt(policy.users, book.regions),
    peers: peersAt(needs, book.regions, new Map()),
    workload: { ...NOWHERE, image, priority, singleton },
  });
  return { needs, placement };
}

/** No project and no environment yet: what rules ask of them is not known. */
const NOWHERE = {
  project: "",
  projectLabels: {},
  environment: "",
  environmentClass: "production",
  environmentLabels: {},
  protected: false,
} as const;
