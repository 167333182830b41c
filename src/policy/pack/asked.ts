import { dividedCloudRun } from "../../catalog/shapes/cloud-run.ts";
import type { Refusal } from "../../domain/feature.ts";
import { type Decimal, multiply } from "../../domain/money.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer, Price } from "../../domain/offer.ts";
import { heldAt } from "./held-at.ts";
import type { PackItem } from "./market.ts";

/** A market's offer as one workload would be made it: at the price of all its replicas, refused where the shape is too small. */
export function askedOffer(offer: Offer, item: PackItem, freeReplicas: number | undefined): Offer {
  const { question, replicas } = item;
  return {
    ...offer,
    price: offer.price && timesPrice(offer.price, pricedReplicas(replicas)),
    // As adapters count it: what the workload has there is counted in.
    capacityReplicas: freeReplicas === undefined ? undefined : freeReplicas + heldAt(offer, item),
    impossible: [...offer.impossible, ...sizeRefusals(offer, question.needs)],
  };
}

/** How many replicas a price is of: a workload at zero is compared by the price of one. */
export const pricedReplicas = (replicas: number): number => Math.max(1, replicas);

/** Why an offer's shape is too small for some needs; nothing where it has all they ask. */
export function sizeRefusals(offer: Sized, needs: Needs): readonly Refusal[] {
  const { shape } = offer;
  const refusals: Refusal[] = [];
  const no = (field: string, message: string): unknown =>
    refusals.push({ rule: "size", message, pointer: `/resources/${field}` });
  if (shape.milliCpu < needs.milliCpu)
    no("cpu", `its shape has ${shape.milliCpu} mCPU and the spec asks for ${needs.milliCpu}: ask for less`);
  if (shape.memoryMiB < needs.memoryMiB)
    no(
      "memory",
      `its shape has ${shape.memoryMiB} MiB and the spec asks for ${needs.memoryMiB}: ask for less`,
    );
  if (shape.ephemeralStorageGiB < needs.ephemeralStorageGiB)
    no(
      "ephemeralStorage",
      `its shape has ${shape.ephemeralStorageGiB} GiB of disk and the spec asks for ${needs.ephemeralStorageGiB}: ask for less`,
    );
  if (refusals.length === 0 && !holdsEach(offer, needs))
    no(
      "cpu",
      "each container has a size of its own there, and these do not fit in together: ask for less, or for fewer sidecars",
    );
  if (needs.gpu !== undefined) no("gpu", "its shape has no GPU: leave out resources.gpu");
  return refusals;
}

/**
 * Whether a shape can be divided among the containers of some needs, where it is sold by container: on Cloud Run. Elsewhere, and for one
 * container, their sum is all that is asked.
 */
export function holdsEach({ place, shape }: Sized, { sizes }: Needs): boolean {
  return sizes === undefined || place.provider !== "cloud-run" || dividedCloudRun(shape, sizes) !== undefined;
}

type Sized = Pick<Offer, "place" | "shape">;

function timesPrice(price: Price, times: number): Price {
  if (times === 1) return price;
  const all = (usd: Decimal): Decimal => multiply(usd, times);
  return {
    ...price,
    floorUsd: all(price.floorUsd),
    expectedUsd: all(price.expectedUsd),
    ceilingUsd: all(price.ceilingUsd),
    lines: price.lines.map((line) => ({ ...line, quantity: all(line.quantity), usd: all(line.usd) })),
  };
}
