import type { Draw, Offer } from "../../domain/offer.ts";
import type { Quotas } from "./account-quotas.ts";
import type { EcsConfig } from "./config.ts";

/**
 * The vCPUs of Fargate that all tasks of an account have in a region, on demand and on Spot apart: what AWS tells, or the fewer that the
 * owner told; none where nobody told. What runs already is not taken off, for only AWS knows all of it.
 */
export function drawsOf(
  { place, billing }: Pick<Offer, "place" | "billing">,
  { accountId, quota: told }: Pick<EcsConfig, "accountId" | "quota">,
  quotas: Quotas,
): readonly Draw[] {
  const [market, name] =
    billing === "spot" ? (["spot", "spotVcpu"] as const) : (["on-demand", "onDemandVcpu"] as const);
  const vCpu = Math.min(told[name] ?? Infinity, quotas[name] ?? Infinity);
  if (vCpu === Infinity) return [];
  // A region lies in one partition, so that the accounts of two partitions never meet in a name.
  const pool = `ecs/${accountId}/${place.region}/${market}`;
  return [{ pool, milliCpu: Math.floor(vCpu * 1_000) }];
}
