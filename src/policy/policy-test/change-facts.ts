import type { Decimal } from "../../domain/money.ts";
import { type Place, samePlace } from "../../domain/place.ts";
import type { Trigger } from "../../domain/plan.ts";
import type { Spec } from "../../domain/spec.ts";
import type { Decision, DecisionInputs } from "../decision.ts";
import {
  AUTOMATION,
  type ChangeFacts,
  imageFacts,
  type PlaceFacts,
  type ReplicaFacts,
} from "../rules/facts.ts";
import type { ChangeKind } from "../rules/rule.ts";
import { splitPrice } from "../split-price.ts";
import { partsOf } from "../where-to.ts";
import type { ChangeDocument } from "./change-document.ts";
import { givenPlace } from "./given-offer.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a change is told from, besides what the test says of it. */
export interface Told {
  readonly spec: Spec;
  readonly surroundings: Surroundings;
  readonly inputs: DecisionInputs;
  readonly decision: Decision;
}

/** The facts of a change that a test describes; what it leaves out comes from the placement, or is that of a plain deploy. */
export function givenChange(change: ChangeDocument, told: Told): ChangeFacts {
  const { spec, surroundings, inputs } = told;
  const { environment } = surroundings;
  const kinds = kindsOf(change);
  const actor = change.actor ?? "token:ci";
  const runs = (inputs.incumbents ?? []).map(({ place }) => place);
  const from = change.from?.map((words) => givenPlace(words)) ?? runs;
  const goes = partsOf(told.decision)?.map(({ ranked }) => ranked.offer.place) ?? [];
  const to = change.to?.map((words) => givenPlace(words)) ?? goes;
  const image = imageFacts(change.image ?? spec.image, undefined);
  return {
    now: inputs.now,
    change: {
      kinds,
      trigger: TRIGGER_OF[kinds[0] ?? "deploy"],
      reason: change.reason ?? "",
      automatic: actor === AUTOMATION,
      emergency: change.emergency ?? false,
      creates: change.creates ?? from.length === 0,
      moves:
        change.moves ??
        (from.length > 0 && to.some((place) => !from.some((one) => label(one) === label(place)))),
      from: from.map(placeFacts),
      to: to.map(placeFacts),
      price: priceFacts(change, told),
      replicas: replicaFacts(change, inputs.needs.scale, from.length > 0),
    },
    actor: { name: actor, automatic: actor === AUTOMATION },
    source: {
      repo: change.source?.repo ?? "",
      commit: change.source?.commit ?? "",
      ref: change.source?.ref ?? "",
      runUrl: change.source?.runUrl ?? "",
      sequence: change.source?.sequence ?? 0,
    },
    image,
    environment,
    workload: {
      name: spec.name,
      kind: spec.kind,
      labels: inputs.needs.labels,
      images: [image, ...spec.sidecars.map((sidecar) => imageFacts(sidecar.image, undefined))],
    },
  };
}

const TRIGGER_OF: Readonly<Record<ChangeKind, Trigger>> = {
  deploy: "deploy",
  scale: "deploy",
  migrate: "migrate",
  rollback: "rollback",
  failover: "failover",
  rebalance: "rebalance",
  drain: "drain",
  destroy: "destroy",
};

function kindsOf({ kind = "deploy" }: ChangeDocument): readonly ChangeKind[] {
  return typeof kind === "string" ? [kind] : kind;
}

// As doubles, as rules see them: they compare and never add.
function priceFacts({ price }: ChangeDocument, told: Told): ChangeFacts["change"]["price"] {
  const { inputs, decision } = told;
  const parts = partsOf(decision);
  return {
    before: Number(price?.before ?? pricedNow(inputs) ?? 0),
    after: Number(price?.after ?? (parts && splitPrice(parts)?.expectedUsd) ?? 0),
  };
}

// What each place costs by its part of the replicas; where the test does not say how many it has, all have the same.
function pricedNow({ offers, incumbents = [], held = [] }: DecisionInputs): Decimal | undefined {
  const parts = incumbents.flatMap(({ place, offer: id }) => {
    const offer = offers.find((one) => one.id === id);
    const replicas = held.find((one) => samePlace(one.place, place))?.replicas ?? 1;
    return offer === undefined ? [] : [{ ranked: { offer, total: 0, scores: {} }, replicas }];
  });
  return parts.length === 0 ? undefined : splitPrice(parts)?.expectedUsd;
}

function replicaFacts(
  { replicas }: ChangeDocument,
  scale: ReplicaFacts,
  runs: boolean,
): { readonly before: ReplicaFacts; readonly after: ReplicaFacts } {
  const wanted = { min: scale.min, max: scale.max };
  const before = replicas?.before ?? (runs ? wanted : { min: 0, max: 0 });
  return { before, after: replicas?.after ?? wanted };
}

function placeFacts({ provider, target = "", region, host = "" }: Place): PlaceFacts {
  return { provider, target, region, host };
}

const label = (place: Place): string => JSON.stringify(placeFacts(place));
