import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import type { Incumbent } from "../question.ts";
import type { PlaceQuestion, WorkloadFacts } from "../question.ts";
import { imageFacts } from "../rules/facts.ts";
import { environmentOf } from "./environment.ts";
import type { CelValues } from "./compile.ts";

/** What a placement's expressions see, but for the offer itself; made once for all offers. */
export function offerScene(
  question: Pick<PlaceQuestion, "needs" | "workload" | "incumbent" | "now">,
): CelValues {
  const { needs, workload, incumbent, now = 0 } = question;
  const { lift } = environmentOf("offer");
  return {
    needs: lift("needs", needsFacts(needs)),
    workload: lift("workload", workloadFacts(needs, workload)),
    incumbent: lift("incumbent", incumbentFacts(incumbent)),
    now: lift("now", now),
  };
}

/** A scene with one offer in it. */
export function withOffer(scene: CelValues, offer: Offer): CelValues {
  return { ...scene, offer: environmentOf("offer").lift("offer", offerFacts(offer)) };
}

function offerFacts({ place, shape, price, path, fidelity, ...offer }: Offer) {
  return {
    ...offer,
    ...placeFacts(place),
    arch: shape.arch,
    cpu: shape.milliCpu / 1_000,
    milliCpu: shape.milliCpu,
    memoryMiB: shape.memoryMiB,
    ephemeralStorageGiB: shape.ephemeralStorageGiB,
    // Doubles are for comparing only; the amounts themselves stay decimal texts.
    floorUsd: usd(price?.floorUsd),
    expectedUsd: usd(price?.expectedUsd),
    ceilingUsd: usd(price?.ceilingUsd),
    fidelity: Object.fromEntries(fidelity.map(({ field, level }) => [field, level])),
    ...path,
  };
}

const usd = (amount: string | undefined): number | undefined =>
  amount === undefined ? undefined : Number(amount);

function needsFacts({ scale, route, gpu, ...needs }: Needs) {
  return {
    ...needs,
    ...needs.usage,
    cpu: needs.milliCpu / 1_000,
    gpu: gpu?.type ?? "",
    gpuCount: gpu?.count ?? 0,
    minReplicas: scale.min,
    maxReplicas: scale.max,
    routed: route !== undefined,
    protocol: route?.protocol ?? "",
    access: route?.access ?? "",
  };
}

function workloadFacts({ workload, labels }: Needs, facts: WorkloadFacts | undefined) {
  return {
    name: workload,
    project: facts?.project ?? "",
    environment: facts?.environment ?? "",
    environmentClass: facts?.environmentClass ?? "",
    protected: facts?.protected ?? false,
    labels,
    projectLabels: facts?.projectLabels ?? {},
    environmentLabels: facts?.environmentLabels ?? {},
    image: imageFacts(facts?.image ?? "", facts?.digest),
    priority: facts?.priority ?? 0,
    singleton: facts?.singleton ?? false,
  };
}

function incumbentFacts(incumbent: Incumbent | undefined) {
  return {
    runs: incumbent !== undefined,
    ...placeFacts(incumbent?.place),
    billing: incumbent?.billing ?? "",
    arch: incumbent?.shape.arch ?? "",
  };
}

function placeFacts(place: Partial<Offer["place"]> = {}) {
  const { provider = "", target = "", region = "", host = "" } = place;
  return { provider, target, region, host };
}
