import type { Offer } from "../../domain/offer.ts";
import type { Place } from "../../domain/place.ts";
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
  const from = change.from?.map((words) => givenPlace(words)) ?? placesIn(inputs.incumbent);
  const to = change.to?.map((words) => givenPlace(words)) ?? placesIn(chosenIn(told));
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
      replicas: replicaFacts(change, spec, from.length > 0),
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

function chosenIn({ decision }: Told): Offer | undefined {
  return decision.choice.chosen?.offer;
}

function placesIn(at: { readonly place: Place } | undefined): readonly Place[] {
  return at === undefined ? [] : [at.place];
}

// As doubles, as rules see them: they compare and never add.
function priceFacts({ price }: ChangeDocument, told: Told): ChangeFacts["change"]["price"] {
  const running = told.inputs.offers.find(({ id }) => id === told.inputs.incumbent?.offer);
  return {
    before: Number(price?.before ?? running?.price?.expectedUsd ?? 0),
    after: Number(price?.after ?? chosenIn(told)?.price?.expectedUsd ?? 0),
  };
}

function replicaFacts(
  { replicas }: ChangeDocument,
  { scale }: Spec,
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
