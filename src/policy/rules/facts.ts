import { parseImage, tagPulled } from "../../domain/image.ts";
import type { Place } from "../../domain/place.ts";
import type { Plan, Trigger, Unit } from "../../domain/plan.ts";
import type { Kind } from "../../domain/spec.ts";
import { imageOf } from "../../domain/template.ts";
import type { ChangeKind } from "./rule.ts";

/**
 * What a rule over changes can speak of. Plain JSON, and every field is always there: what is not known is an empty text, an empty
 * list or 0, so that a rule needs no `has()`.
 */
export interface ChangeFacts {
  /** When it is judged, ms. */
  readonly now: number;
  readonly change: {
    /** A deploy that changes replicas only is a `scale`, too. */
    readonly kinds: readonly ChangeKind[];
    readonly trigger: Trigger;
    readonly reason: string;
    /** Berth makes it by itself; no person and no pipeline asked. */
    readonly automatic: boolean;
    readonly emergency: boolean;
    /** The workload does not exist yet. */
    readonly creates: boolean;
    /** It runs, and some of it would run in another place. */
    readonly moves: boolean;
    readonly from: readonly PlaceFacts[];
    readonly to: readonly PlaceFacts[];
    /** Expected USD a month, as doubles: for comparisons only. 0 where nothing runs. */
    readonly price: { readonly before: number; readonly after: number };
    readonly replicas: { readonly before: ReplicaFacts; readonly after: ReplicaFacts };
  };
  readonly actor: {
    /** `token:ci`, or `berth`. */
    readonly name: string;
    readonly automatic: boolean;
  };
  readonly source: {
    readonly repo: string;
    readonly commit: string;
    readonly ref: string;
    readonly runUrl: string;
    /** 0 where none was said. */
    readonly sequence: number;
  };
  readonly image: ImageFacts;
  readonly environment: EnvironmentFacts;
  readonly workload: {
    readonly name: string;
    readonly kind: Kind;
    readonly labels: Readonly<Record<string, string>>;
    /** Every image of it: its own, then the sidecars'. */
    readonly images: readonly ImageFacts[];
  };
}

export interface PlaceFacts {
  readonly provider: string;
  readonly target: string;
  readonly region: string;
  readonly host: string;
}

/** Sums over the units. */
export interface ReplicaFacts {
  readonly min: number;
  readonly max: number;
}

export interface ImageFacts {
  /** As it was written. */
  readonly reference: string;
  readonly registry: string;
  readonly repository: string;
  /** `latest` where neither tag nor digest is written, for that is what is pulled. */
  readonly tag: string;
  /** As written, or as it was resolved for this plan. */
  readonly digest: string;
}

export interface EnvironmentFacts {
  readonly name: string;
  readonly class: string;
  readonly protected: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the facts of a change are taken from. */
export interface ChangeSource {
  readonly plan: Plan;
  /** The plan in force, when the workload exists. */
  readonly inForce: Plan | undefined;
  readonly workload: {
    readonly kind: Kind;
    readonly image: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly sidecars: readonly { readonly image: string }[];
  };
  readonly environment: EnvironmentFacts;
  readonly now: number;
}

/** The facts of a change, for rules to judge. */
export function changeFacts({ plan, inForce, workload, environment, now }: ChangeSource): ChangeFacts {
  const automatic = plan.actor === AUTOMATION;
  const before = inForce?.units ?? [];
  const { source } = plan;
  return {
    now,
    change: {
      kinds: kindsOf(plan, inForce),
      trigger: plan.trigger,
      reason: plan.reason,
      automatic,
      emergency: plan.emergency !== undefined,
      creates: inForce === undefined,
      moves: before.length > 0 && plan.units.some((unit) => !stood(unit, before)),
      from: placesOf(before),
      to: placesOf(plan.units),
      price: { before: usd(inForce), after: usd(plan) },
      replicas: { before: replicasOf(before), after: replicasOf(plan.units) },
    },
    actor: { name: plan.actor, automatic },
    source: {
      repo: source?.repo ?? "",
      commit: source?.commit ?? "",
      ref: source?.ref ?? "",
      runUrl: source?.runUrl ?? "",
      sequence: source?.sequence ?? 0,
    },
    image: imageFacts(workload.image, plan.units[0]?.template.digest),
    environment,
    workload: {
      name: plan.workload,
      kind: workload.kind,
      labels: workload.labels,
      images: [
        imageFacts(workload.image, plan.units[0]?.template.digest),
        ...workload.sidecars.map(({ image }) => imageFacts(image, imageOf(plan.images ?? [], image)?.digest)),
      ],
    },
  };
}

/** How Berth itself is named as an actor. */
export const AUTOMATION = "berth";

const KIND_OF: Readonly<Record<Trigger, ChangeKind>> = {
  deploy: "deploy",
  rollback: "rollback",
  migrate: "migrate",
  failover: "failover",
  rebalance: "rebalance",
  drain: "drain",
  // A move because the rules of a policy are no longer met.
  policy: "rebalance",
  // The same spec with newer secrets.
  secret: "deploy",
  destroy: "destroy",
};

function kindsOf(plan: Plan, inForce: Plan | undefined): readonly ChangeKind[] {
  const kind = KIND_OF[plan.trigger];
  const [before, after] = [inForce?.units ?? [], plan.units].map(replicasOf);
  const scales = inForce !== undefined && after !== undefined && plan.units.length > 0;
  return scales && (before?.min !== after.min || before.max !== after.max) ? [kind, "scale"] : [kind];
}

const stood = (unit: Unit, before: readonly Unit[]): boolean =>
  before.some(({ place }) => label(place) === label(unit.place));

function placesOf(units: readonly Unit[]): readonly PlaceFacts[] {
  const places = new Map(units.map(({ place }) => [label(place), place]));
  return [...places.values()].map(({ provider, target = "", region, host = "" }) => ({
    provider,
    target,
    region,
    host,
  }));
}

const label = ({ provider, target, region, host }: Place): string =>
  JSON.stringify([provider, target, region, host]);

function replicasOf(units: readonly Unit[]): ReplicaFacts {
  return units.reduce(
    (total, { replicas }) => ({ min: total.min + replicas.min, max: total.max + replicas.max }),
    { min: 0, max: 0 },
  );
}

const usd = (plan: Plan | undefined): number => Number(plan?.price?.expectedUsd ?? 0);

/** An image as rules see it; `resolved` is the digest it was resolved to, where it names none. */
export function imageFacts(reference: string, resolved: string | undefined): ImageFacts {
  const parsed = parseImage(reference);
  if (typeof parsed === "string")
    return { reference, registry: "", repository: "", tag: "", digest: resolved ?? "" };
  const { registry, repository, digest = resolved ?? "" } = parsed;
  return { reference, registry, repository, tag: tagPulled(parsed), digest };
}
