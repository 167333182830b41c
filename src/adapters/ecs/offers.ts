import type { Cluster } from "@aws-sdk/client-ecs";
import { cloudOffers, type IsPrivate } from "../../catalog/cloud-offers.ts";
import { UNPROVEN_RULE } from "../../catalog/variants-ecs.ts";
import { withSharedBalancer } from "../../catalog/shared-balancer.ts";
import type { AdapterError } from "../../domain/fault.ts";
import type { FieldFidelity, Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Draw, Offer, Path, Price } from "../../domain/offer.ts";
import { replicasIn } from "../../domain/replicas-in.ts";
import type { PriceBook } from "../../catalog/book.ts";
import type { OffersCall } from "../adapter.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsConfig, EcsRegion } from "./config.ts";
import { type Quotas, quotasIn } from "./account-quotas.ts";
import { MOST_SERVICES_PER_CLUSTER, MOST_TASKS_PER_SERVICE } from "./quotas.ts";
import { inEachRegion } from "./regions.ts";
import { drawsOf } from "./draws.ts";
import { type Way, wayOfNeeds } from "./way.ts";

/**
 * What can be bought in each region of a target: the catalog's offers, with what this account and its configuration add or rule out.
 * A region that does not answer is ruled out by a sentence; throws `AdapterError` when none answers.
 */
export async function ecsOffers(cloud: Cloud, needs: Needs, call: OffersCall): Promise<readonly Offer[]> {
  const { book = cloud.ports.book() } = call;
  const { answers, errors } = await inEachRegion(cloud, async ({ region, cluster: name }) => {
    const [{ clusters = [] }, quotas] = await Promise.all([
      cloud.send(region, "DescribeClusters", { clusters: [name] }, call),
      quotasIn(cloud, region),
    ]);
    return { cluster: clusters[0], quotas };
  });
  if (answers.length === 0 && errors[0] !== undefined) throw errors[0].error;
  const found = new Map(answers.map(({ region, answer }) => [region.region, answer]));
  const lost = new Map(errors.map(({ region, error }) => [region.region, silent(region, error)]));
  return cloud.config.regions.flatMap((region) => {
    const { cluster, quotas = {} } = found.get(region.region) ?? {};
    const refusals = (spot: boolean) => lost.get(region.region) ?? refusalsOf(cluster, region, spot);
    return cloudOffers("ecs", region.region, needs, book, isPrivate(cloud.config, needs)).map((offer) =>
      atTarget(cloud, { cluster, quotas, book }, needs, {
        ...offer,
        impossible: [...unproven(offer.impossible, cluster), ...refusals(offer.billing === "spot")],
      }),
    );
  });
}

// What a region's documents do not say, the account's own cluster does: AWS associates only capacity providers that are there.
function unproven(refusals: readonly Refusal[], cluster: Cluster | undefined): readonly Refusal[] {
  const has = (name: string): boolean => cluster?.capacityProviders?.includes(name) === true;
  const proved = new Set([
    ...(has("FARGATE") ? [UNPROVEN_RULE("fargate")] : []),
    ...(has("FARGATE_SPOT") ? [UNPROVEN_RULE("spot")] : []),
  ]);
  return refusals.filter(({ rule }) => !proved.has(rule));
}

// Express Mode makes a balancer with public addresses of its own, and its tasks have theirs.
const isPrivate =
  (config: EcsConfig, needs: Needs): IsPrivate =>
  ({ shape, billing }) =>
    config.address === "private" &&
    wayOfNeeds(needs, { arm: shape.arch === "arm64", spot: billing === "spot" }, config) !== "express";

function silent({ region }: EcsRegion, { message }: AdapterError): readonly Refusal[] {
  return [
    {
      rule: "target",
      message: `The region ${region} could not be asked (${message.replace(/\.$/, "")}): try again, or take it out of the target.`,
    },
  ];
}

/** What bounds the tasks that a region takes, and the prices it has. */
interface Room {
  readonly book: PriceBook;
  readonly cluster: Cluster | undefined;
  readonly quotas: Quotas;
}

function atTarget({ target, config }: Cloud, room: Room, needs: Needs, listed: Offer): Offer {
  const spot = listed.billing === "spot";
  const way = wayOfNeeds(needs, { arm: listed.shape.arch === "arm64", spot }, config);
  const offer =
    way === "express" ? withSharedBalancer(listed, needs.usage, room.book, config.expressServices) : listed;
  const draws = drawsOf(offer, config, room.quotas);
  const price = offer.price === undefined ? undefined : priceOf(offer.price, way, spot ? config : undefined);
  return {
    ...offer,
    id: `${target.name}/${offer.id}`,
    place: { ...offer.place, target: target.name },
    path: pathOf(way, config),
    fidelity:
      needs.route === undefined
        ? offer.fidelity
        : [...withoutRoute(offer.fidelity), routeFidelity(way, config)],
    ...(price === undefined ? {} : { price }),
    capacityReplicas: capacityOf(offer, draws, room),
    ...(draws.length === 0 ? {} : { draws }),
  };
}

function pathOf(way: Way, { address }: EcsConfig): Path {
  if (way === "express") return { transport: "tls", reach: "name", bypassable: true };
  const reach = address === "private" ? "network" : address;
  return { transport: "plain", reach, bypassable: true };
}

const withoutRoute = (fidelity: readonly FieldFidelity[]): readonly FieldFidelity[] =>
  fidelity.filter(({ field }) => field !== "/route");

function routeFidelity(way: Way, { address }: EcsConfig): FieldFidelity {
  const message =
    way === "express"
      ? "HTTPS up to the load balancer of ECS Express Mode, which takes some minutes to be made for a service"
      : address === "private"
        ? "plain HTTP to each task's own address in the VPC, reachable only where the gateway is inside that network"
        : "plain HTTP from the gateway to each task's own address, which changes with the task";
  return { field: "/route", level: "emulated", message };
}

function priceOf(price: Price, way: Way, spotConfig: EcsConfig | undefined): Price {
  const base = spotConfig?.onDemandBase ?? 0;
  if (base === 0 || way === "job") return price;
  const omitted = `cpu-second, memory-gib-second: up to ${base} tasks of each unit are on demand (the target's onDemandBase), which costs more than Spot`;
  return { ...price, notPriced: [...price.notPriced, omitted] };
}

// Tasks of one service, and what its rooms hold; none where the cluster has all the services it may have.
function capacityOf({ shape }: Offer, draws: readonly Draw[], { cluster, quotas }: Room): number {
  const { tasksPerService = MOST_TASKS_PER_SERVICE, servicesPerCluster = MOST_SERVICES_PER_CLUSTER } = quotas;
  const full = (cluster?.activeServicesCount ?? 0) >= servicesPerCluster;
  return full ? 0 : Math.min(tasksPerService, replicasIn(shape, draws));
}

function refusalsOf(
  cluster: Cluster | undefined,
  { cluster: name, region }: EcsRegion,
  spot: boolean,
): readonly Refusal[] {
  if (cluster?.status !== "ACTIVE")
    return [
      {
        rule: "target",
        message: `There is no active cluster ${name} in ${region}: create it, or name another in the target.`,
      },
    ];
  if (!spot || cluster.capacityProviders?.includes("FARGATE_SPOT") === true) return [];
  const message = `The cluster ${name} in ${region} has no capacity provider FARGATE_SPOT: associate it with put-cluster-capacity-providers to buy Spot.`;
  return [{ rule: "target", message }];
}
