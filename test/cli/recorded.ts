import type { EventView, PlanView, PlannedUnit, UnitView, WorkloadView } from "../../src/cli/api.ts";
import type { Offer, Price } from "../../src/domain/offer.ts";
import type { RankedOffer } from "../../src/domain/plan.ts";
import { START } from "./desk.ts";

/** Answers as the API gives them, for a workload `web` on two simulated clouds. */

export const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

export const SPEC = `name: web
image: ghcr.io/acme/web:1.5
port: 8080
`;

export function aPrice(expectedUsd: string): Price {
  const asOf = { from: "2026-08-15", to: "2026-10-27" };
  return { floorUsd: "0", expectedUsd, ceilingUsd: "61.2", lines: [], notPriced: [], asOf };
}

const SHAPE = { milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "any" } as const;
export const LONDON = { provider: "cloud-run", target: "gcp", region: "europe-west2" } as const;
export const IRELAND = { provider: "ecs", target: "aws", region: "eu-west-1" } as const;

export function anOffer(place: Offer["place"], expectedUsd: string): Offer {
  return {
    id: `${place.provider}/${place.region}`,
    place,
    shape: SHAPE,
    billing: "on-demand",
    price: aPrice(expectedUsd),
    fidelity: [],
    path: { transport: "tls", reach: "name", bypassable: false },
    jurisdictions: [],
    labels: {},
    impossible: [],
    simulated: true,
  };
}

export const ranked = (offer: Offer, total: number): RankedOffer => ({
  offer,
  total,
  scores: { cost: total },
});

export function aUnit(generation: number, place: PlannedUnit["place"] = LONDON): PlannedUnit {
  return {
    id: `unit_${generation}`,
    name: `bunit${generation}`,
    place,
    at: `${place.provider}/${place.region}`,
    shape: SHAPE,
    billing: "on-demand",
    replicas: { min: 1, max: 4 },
    birth: generation,
  };
}

export function aPlan(generation: number, changes: Partial<PlanView> = {}): PlanView {
  return {
    id: `plan_${generation}`,
    state: "pending",
    workload: "web",
    environment: "production",
    generation,
    trigger: "deploy",
    actor: "token:ci",
    reason: "changed",
    revision: `rev${generation}`,
    units: [aUnit(generation)],
    price: aPrice("8.41"),
    overrides: [],
    warnings: [],
    logTail: [],
    createdAt: at(0),
    deadlineAt: at(900),
    ...changes,
  };
}

export function running(unit: PlannedUnit, changes: Partial<UnitView> = {}): UnitView {
  const { id, name, place, at: where, replicas } = unit;
  return {
    id,
    name,
    place,
    at: where,
    replicas,
    state: "wanted",
    wanted: true,
    phase: "ready",
    ready: 1,
    restarts: 0,
    ...changes,
  };
}

export function aWorkload(plan: PlanView, units: readonly UnitView[]): WorkloadView {
  return {
    name: "web",
    environment: "production",
    state: plan.state,
    generation: plan.generation,
    revision: plan.revision,
    labels: {},
    url: "http://127.0.0.1:8788/default/production/web/",
    createdAt: at(-86_400),
    updatedAt: at(0),
    spec: { name: "web", image: "ghcr.io/acme/web:1.5", port: 8080 },
    overrides: [],
    plan,
    units,
  };
}

export function anEvent(seq: number, type: string, message: string, data: EventView["data"]): EventView {
  return { seq, at: at(seq), type, actor: "berth", message, data };
}
