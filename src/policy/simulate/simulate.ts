import { type Decimal, sum } from "../../domain/money.ts";
import { placeLabel } from "../../domain/place.ts";
import { decidePlacement, type DecisionInputs } from "../decision.ts";
import { compareDecisions, type Effect } from "./compare-decisions.ts";

/** One workload, and what its next plan is decided from: as things stand, and with the change. */
export interface Subject {
  readonly environment: string;
  readonly workload: string;
  readonly before: DecisionInputs;
  readonly after: DecisionInputs;
}

/** What the change would make of it. */
export interface SubjectEffect extends Effect {
  readonly environment: string;
  readonly workload: string;
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
  const effects = subjects.map(effectOn);
  return {
    totals: totalsOf(effects),
    changed: effects.filter(({ outcome, violation }) => outcome !== "unchanged" || violation !== undefined),
    warnings: crowded(subjects, effects),
  };
}

/** Decide one workload both ways. */
export function effectOn({ environment, workload, before, after }: Subject): SubjectEffect {
  const effect = compareDecisions(decidePlacement(before), decidePlacement(after), after.incumbent);
  return { environment, workload, ...effect };
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
function crowded(subjects: readonly Subject[], effects: readonly SubjectEffect[]): readonly string[] {
  const arrivals = new Map<string, { workloads: number; replicas: number; room: number }>();
  effects.forEach(({ outcome, to }, index) => {
    const inputs = subjects[index]?.after;
    const room = inputs?.offers.find(({ id }) => id === to?.offer)?.capacityReplicas;
    if (outcome !== "moves" || to === undefined || inputs === undefined || room === undefined) return;
    const label = placeLabel(to.place);
    const here = arrivals.get(label) ?? { workloads: 0, replicas: 0, room };
    arrivals.set(label, {
      workloads: here.workloads + 1,
      replicas: here.replicas + inputs.needs.scale.min,
      room: Math.min(here.room, room),
    });
  });
  return [...arrivals]
    .filter(([, { replicas, room }]) => replicas > room)
    .map(
      ([label, { workloads, replicas, room }]) =>
        `${workloads} workloads with ${replicas} replicas would go to ${label}, which has room for ${room}: not all of them would find a place there`,
    );
}
