import { canonicalJson } from "../../domain/canonical-json.ts";
import { type Decimal, sum } from "../../domain/money.ts";
import { placeLabel } from "../../domain/place.ts";
import { type Decision, decidePlacement, type DecisionInputs } from "../decision.ts";
import type { Spread } from "../soft-rules.ts";
import { compareDecisions, type Effect } from "./compare-decisions.ts";

/** One workload, and what its next plan is decided from: as things stand, and with the change. */
export interface Subject {
  readonly environment: string;
  readonly workload: string;
  /** The past plan it was decided for; absent for the one it would get now. */
  readonly plan?: string | undefined;
  readonly before: DecisionInputs;
  readonly after: DecisionInputs;
  /** As things stand, but without the policy that is changed: what is forbidden then is not that one's doing. */
  readonly without?: DecisionInputs | undefined;
  /** Where its policies contradict each other, so that there is nothing to decide: that sentence. Each still says what it forbids. */
  readonly contradiction?: { readonly before?: string | undefined; readonly after?: string | undefined };
}

/** What the change would make of it. */
export interface SubjectEffect extends Effect {
  readonly environment: string;
  readonly workload: string;
  readonly plan?: string | undefined;
  /** Replicas it brings to a place that has room for so many; absent where it does not move, or the place sets no bound. */
  readonly arrival?: Arrival | undefined;
}

interface Arrival {
  readonly at: string;
  readonly replicas: number;
  readonly room: number;
}

/** What a change would make of many workloads. */
export interface Simulation {
  readonly totals: Totals;
  /** All that would not stay as they are, in the order they came. */
  readonly changed: readonly SubjectEffect[];
  /** What a reader must know beside the figures, each a sentence. */
  readonly warnings: readonly string[];
}

export interface Totals {
  readonly workloads: number;
  readonly unchanged: number;
  readonly repriced: number;
  readonly moves: number;
  readonly unplaceable: number;
  readonly violations: number;
  /** Expected USD a month of all that are placed both ways; their difference is the sum of the workloads' differences. */
  readonly beforeUsd: Decimal;
  readonly afterUsd: Decimal;
  readonly differenceUsd: Decimal;
}

/** Decide each workload both ways. Nothing is read, and the same subjects always give the same answer. */
export function simulate(subjects: readonly Subject[]): Simulation {
  return summarise(subjects.map(effectOn));
}

/** Decide one workload both ways. */
export function effectOn(subject: Subject): SubjectEffect {
  const { environment, workload, plan, before, after, without, contradiction = {} } = subject;
  const incumbents = before.incumbents ?? (before.incumbent === undefined ? [] : [before.incumbent]);
  const effect = compareDecisions(
    decided(before, contradiction.before),
    decided(after, contradiction.after),
    {
      incumbents,
      without: without && (() => decidePlacement(without)),
      spread: same(before.policy.spread, after.policy.spread) ? undefined : after.policy.spread,
    },
  );
  return { environment, workload, plan, ...effect, arrival: arrivalOf(effect, after) };
}

const same = (a: Spread | undefined, b: Spread | undefined): boolean =>
  canonicalJson({ spread: a }) === canonicalJson({ spread: b });

function decided(inputs: DecisionInputs, contradiction: string | undefined): Decision {
  const decision = decidePlacement(inputs);
  if (contradiction === undefined) return decision;
  return { placement: decision.placement, choice: { stays: false, because: contradiction } };
}

/** The totals of many effects, and those that a reader should look at. */
export function summarise(effects: readonly SubjectEffect[]): Simulation {
  return {
    totals: totalsOf(effects),
    changed: effects.filter(({ outcome, violation }) => outcome !== "unchanged" || violation !== undefined),
    warnings: crowded(effects),
  };
}

function arrivalOf({ outcome, to }: Effect, { needs, offers }: DecisionInputs): Arrival | undefined {
  const room = offers.find(({ id }) => id === to?.offer)?.capacityReplicas;
  if (outcome !== "moves" || to === undefined || room === undefined) return undefined;
  const [place] = to.places;
  return place && { at: placeLabel(place), replicas: needs.scale.min, room };
}

function totalsOf(effects: readonly SubjectEffect[]): Totals {
  const of = (outcome: Effect["outcome"]): number =>
    effects.filter((effect) => effect.outcome === outcome).length;
  const both = effects.flatMap(({ from, to, differenceUsd }) =>
    from === undefined || to === undefined || differenceUsd === undefined
      ? []
      : [{ from: from.expectedUsd, to: to.expectedUsd, differenceUsd }],
  );
  return {
    workloads: effects.length,
    unchanged: of("unchanged"),
    repriced: of("repriced"),
    moves: of("moves"),
    unplaceable: of("unplaceable"),
    violations: effects.filter(({ violation }) => violation !== undefined).length,
    beforeUsd: sum(both.map(({ from }) => from)),
    afterUsd: sum(both.map(({ to }) => to)),
    differenceUsd: sum(both.map(({ differenceUsd }) => differenceUsd)),
  };
}

// Each workload is decided by itself, so several may be sent where there is room for one.
function crowded(effects: readonly SubjectEffect[]): readonly string[] {
  const arrivals = Map.groupBy(
    effects.flatMap(({ arrival }) => arrival ?? []),
    ({ at }) => at,
  );
  return [...arrivals].flatMap(([at, here]) => {
    const replicas = here.reduce((total, one) => total + one.replicas, 0);
    const room = Math.min(...here.map((one) => one.room));
    if (replicas <= room) return [];
    return [
      `${here.length} workloads with ${replicas} replicas would go to ${at}, which has room for ${room}: not all of them would find a place there`,
    ];
  });
}
