import { samePlace } from "../domain/place.ts";
import type { Allotment } from "./allot.ts";
import { choose, type Choice } from "./choose.ts";
import type { Incumbent } from "./question.ts";
import { distribute } from "./distribute.ts";
import { place, type Placement } from "./place.ts";
import type { PlaceQuestion } from "./question.ts";

/**
 * Everything that decides where one workload runs. All of it is plain JSON (no functions, no maps, no class instances), because a
 * receipt keeps it and a replay hands it to `decidePlacement` again: what is compiled from a text is compiled inside.
 */
export interface DecisionInputs extends PlaceQuestion {
  /** The moment the decision is made for, ms. */
  readonly now: number;
  readonly incumbent?: Incumbent | undefined;
}

/** Where one workload goes: the offers ranked and refused, the one chosen, and how its replicas split. */
export interface Decision {
  readonly placement: Placement;
  readonly choice: Choice;
  /** Absent when nothing was chosen. */
  readonly split?: Allotment | undefined;
}

/** Rank, choose and split, from the inputs alone: no clock, no store. The broker decides with this, and a replay with this very function. */
export function decidePlacement(inputs: DecisionInputs): Decision {
  const { policy, incumbent, needs, held = [] } = inputs;
  const placement = place(inputs);
  const choice = choose(placement, leading(placement, inputs), policy);
  const { chosen } = choice;
  if (chosen === undefined) return { placement, choice };
  const { ranked } = placement;
  const incumbents = inputs.incumbents ?? (incumbent === undefined ? [] : [incumbent]);
  const replicas = needs.scale;
  const divided = distribute({ ranked, choice: { ...choice, chosen }, replicas, policy, held, incumbents });
  return { placement, ...divided };
}

// Of several places where it runs, the one that ranks best stands for it, whichever of its units was read first.
function leading(
  { ranked }: Placement,
  { incumbent, incumbents = [] }: DecisionInputs,
): Incumbent | undefined {
  for (const { offer } of ranked) {
    const here = incumbents.find(({ place: at }) => samePlace(at, offer.place));
    if (here !== undefined) return here;
  }
  return incumbent;
}

/**
 * The version of these rules: raised with every change that can make the same inputs decide otherwise, so that a replay can say that
 * it was the rules that changed.
 */
export const DECISION_VERSION = 3;
