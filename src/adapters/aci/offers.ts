import { cloudOffers } from "../../catalog/cloud-offers.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { replicasIn } from "../../domain/replicas-in.ts";
import type { Call, OffersCall } from "../adapter.ts";
import { type ArmGroup, type ArmUsage, tagsIn } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { drawsOf } from "./draws.ts";
import { isEnding } from "./phase.ts";
import { replicaIn } from "./ours.ts";

/** The quotas of all regions are read within this time, so that one that hangs does not cost the others their offers, ms: offers have 5 s. */
const QUOTAS_MS = 4_000;

/**
 * Everything these regions sell for the needs, priced, with the replicas that the subscription's quotas still allow. A region that does
 * not answer is ruled out by a sentence; throws `AdapterError` when none answers.
 */
export async function offersOf(
  context: AciContext,
  needs: Needs,
  call: OffersCall,
): Promise<readonly Offer[]> {
  const { api, config, target, ports } = context;
  const { book = ports.book() } = call;
  const quotasCall = { signal: AbortSignal.any([call.signal, AbortSignal.timeout(QUOTAS_MS)]) };
  const [groups, quotas] = await Promise.all([
    api.list(call),
    Promise.all(
      config.regions.map(async (region) => ({ region, ...(await quotaOf(api, region, quotasCall)) })),
    ),
  ]);
  const [first] = quotas;
  if (first?.error !== undefined && quotas.every(({ error }) => error !== undefined)) throw first.error;
  return quotas.flatMap(({ region, usages, error }) =>
    cloudOffers("aci", region, needs, book).map((offer): Offer => {
      const draws = usages === undefined ? [] : drawsOf(offer, config.subscriptionId, usages);
      const free = replicasIn(offer.shape, draws);
      return {
        ...offer,
        id: `${target}/${offer.id}`,
        place: { ...offer.place, target },
        impossible: error === undefined ? offer.impossible : [...offer.impossible, silent(region, error)],
        ...(free === Infinity
          ? {}
          : { capacityReplicas: free + held(groups, region, needs.workload), draws }),
      };
    }),
  );
}

interface Quota {
  readonly usages?: readonly ArmUsage[] | undefined;
  readonly error?: AdapterError | undefined;
}

// Without the right to read quotas nothing is known of them; Azure's own answer to a create will tell.
async function quotaOf(api: AciContext["api"], region: string, call: Call): Promise<Quota> {
  try {
    return { usages: await api.usages(region, call) };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return error.kind === "denied" ? {} : { error };
  }
}

function silent(region: string, { message }: AdapterError): Refusal {
  return {
    rule: "target",
    message: `The region ${region} could not be asked (${message.replace(/\.$/, "")}): try again, or take it out of the target.`,
  };
}

// What the workload holds already may stay: a plan that keeps its units asks for no more room.
function held(groups: readonly ArmGroup[], region: string, workload: string): number {
  return groups.filter(
    (group) =>
      group.location === region &&
      !isEnding(group) &&
      replicaIn(group) !== undefined &&
      tagsIn(group)["berth-workload"] === workload,
  ).length;
}
