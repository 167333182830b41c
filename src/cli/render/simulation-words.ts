import { Big } from "big.js";
import type { SimulatedView, SimulationView } from "../api-simulation.ts";
import { count, dollars } from "../figures.ts";
import { placesWords, placeWords } from "../../render/place-words.ts";

/** What a simulation says, in pieces that the plain text and the Markdown of it are both made of. */
export interface SimulationWords {
  /** What was changed, and over what. */
  readonly scope: string;
  /** How many move, stay, and have no place. */
  readonly counts: readonly string[];
  /** The difference a month, and from what to what. */
  readonly money: string;
  /** Workloads that move or cost otherwise, the greatest difference first. */
  readonly moves: readonly MoveWords[];
  readonly violations: readonly { readonly name: string; readonly at: string; readonly reasons: string }[];
  readonly unplaceable: readonly {
    readonly name: string;
    readonly because: string;
    readonly reasons: readonly string[];
  }[];
  /** What a reader must know besides. */
  readonly notes: readonly string[];
}

interface MoveWords {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly usd: string;
  readonly because: string;
}

/** The pieces of a simulation. */
export function simulationWords(view: SimulationView): SimulationWords {
  const { totals, changed } = view;
  return {
    scope: [...view.changes, `over ${over(view)}`].join(" · "),
    counts: [
      `${totals.moves} would move`,
      `${totals.repriced} would cost otherwise where they are`,
      `${totals.violations} run where it would be forbidden`,
      `${totals.unplaceable} would have no place`,
      `${totals.unchanged} unchanged`,
    ].filter((words) => !words.startsWith("0 ")),
    money: `${signed(totals.differenceUsd)} a month (${dollars(totals.beforeUsd)} -> ${dollars(totals.afterUsd)})`,
    moves: changed.filter(isMove).sort(byDifference).map(moveWords),
    violations: changed.flatMap((one) =>
      one.violation === undefined
        ? []
        : [
            {
              name: nameOf(one),
              at: placeWords(one.violation.place),
              reasons:
                one.violation.reasons.map(({ message }) => message).join("; ") + also(one.violation.already),
            },
          ],
    ),
    unplaceable: changed.flatMap((one) =>
      one.unplaceable === undefined
        ? []
        : [
            {
              name: nameOf(one),
              because: one.because + also(one.unplaceable.already),
              reasons: one.unplaceable.groups.map(
                ({ offers, reasons }) =>
                  `${count(offers, "place")}: ${reasons.map(({ message }) => message).join("; ")}`,
              ),
            },
          ],
    ),
    notes: [
      ...view.warnings,
      ...view.missing.map((one) => `${nameOf(one)} could not be judged: ${one.because}`),
      ...(view.complete
        ? []
        : [`This is not the whole fleet: it ended early. Go on with --after ${view.next ?? ""}`]),
    ],
  };
}

/** A difference with its sign; none is `$0.00`. */
export function signed(usd: string): string {
  const amount = new Big(usd);
  if (amount.eq(0)) return "$0.00";
  // A difference of less than a cent is one, all the same.
  if (amount.abs().lt("0.005")) return amount.lt(0) ? "-<$0.01" : "+<$0.01";
  return `${amount.lt(0) ? "" : "+"}${dollars(usd)}`;
}

function over({ over: what, totals }: SimulationView): string {
  const noun = what === "fleet" ? "workload" : "past placement";
  return count(totals.workloads, noun);
}

const also = (already: boolean): string => (already ? " (already so today)" : "");
function nameOf({
  environment,
  workload,
  plan,
}: Pick<SimulatedView, "environment" | "workload" | "plan">): string {
  return plan === undefined ? `${environment}/${workload}` : `${environment}/${workload} ${plan}`;
}
const isMove = ({ outcome }: SimulatedView): boolean => outcome === "moves" || outcome === "repriced";

function byDifference(a: SimulatedView, b: SimulatedView): number {
  return new Big(b.differenceUsd ?? 0).abs().cmp(new Big(a.differenceUsd ?? 0).abs());
}

function moveWords(one: SimulatedView): MoveWords {
  const { from, to, differenceUsd } = one;
  return {
    name: nameOf(one),
    from: spotWords(from),
    to: one.outcome === "repriced" ? "stays" : spotWords(to),
    usd: differenceUsd === undefined ? "?" : signed(differenceUsd),
    because: one.because,
  };
}

function spotWords(spot: SimulatedView["from"]): string {
  if (spot === undefined) return "nowhere";
  const words = placesWords(spot.places);
  return spot.billing === "spot" ? `${words} Spot` : words;
}
