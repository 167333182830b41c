import type { PriceBook } from "../catalog/book.ts";
import { allCloudOffers } from "../catalog/cloud-offers.ts";
import type { GatewayFeatures } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import { needsOf } from "../domain/needs-of.ts";
import type { Spec } from "../domain/spec.ts";
import { place, type Placement } from "./place.ts";
import { COMPARE_POLICY, type Policy } from "./policy.ts";

export interface Comparison {
  readonly needs: Needs;
  readonly placement: Placement;
}

/** A spec in every region of every cloud, ranked by a policy: needs no broker, no account and no network. */
export function compareEverywhere(spec: Spec, book: PriceBook, policy: Policy = COMPARE_POLICY): Comparison {
  const needs = needsOf(spec);
  const offers = allCloudOffers(needs, book);
  return { needs, placement: place({ needs, offers, policy, gateway: ANY_GATEWAY }) };
}

/** Nothing is connected yet, so no gateway stands in the way: what the broker's own cannot carry, its plans say. */
const ANY_GATEWAY: GatewayFeatures = {
  grpc: true,
  websocket: true,
  rawIp: true,
  privateAddress: true,
  maxBodyMiB: Infinity,
};
