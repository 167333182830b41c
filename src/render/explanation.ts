import type { LayerRef } from "../domain/layer.ts";
import type { Explanation, RankedOffer } from "../domain/plan.ts";
import { type Block, GAP, said } from "./block.ts";
import { amountText, fidelityText, placeText, shapeText } from "./offer-text.ts";
import { refusedBlocks, refusedIn } from "./refused.ts";
import type { Column } from "./table.ts";
import { toText } from "./to-text.ts";

export interface ExplainView {
  readonly explanation: Explanation;
  /** Columns of the terminal. */
  readonly width: number;
  /** Every ranked offer that was kept instead of the first few. */
  readonly all: boolean;
}

/** Why a workload is where it is, as text: `explanationBlocks` for a terminal. */
export function renderExplanation({ explanation, width, all }: ExplainView): string {
  return toText(explanationBlocks(explanation, all), width);
}

/** The ranking with its scores and its fidelity, the policy with its layers, overrides, and what was refused. */
export function explanationBlocks(explanation: Explanation, all: boolean): readonly Block[] {
  const { incumbent, overrides } = explanation;
  return [
    ...(incumbent === undefined
      ? []
      : [
          {
            kind: "said",
            about: incumbent.stays ? "stays  " : "moves  ",
            text: incumbent.because,
            indent: 0,
          } as const,
          GAP,
        ]),
    ...rankedBlocks(explanation, all),
    GAP,
    said("policy", policyText(explanation)),
    ...overrides.map((override) => said("override", override)),
    ...refusedBlocks(refusedIn(explanation)),
  ];
}

/** A policy by the layers it was made of: `instance residency-eu v3 + project shop v12`. */
export function policyText({ policy, layers = [] }: Pick<Explanation, "policy" | "layers">): string {
  return layers.length === 0 ? policy : layers.map(layerText).join(" + ");
}

function layerText({ layer, name, version }: LayerRef): string {
  return layer === "inline" || layer === "default" ? layer : `${layer} ${name} v${version}`;
}

/** Ranked offers shown unless all are asked for. */
const SHOWN = 5;
const COLUMNS: readonly Column[] = [
  { title: "", align: "right" },
  { title: "PLACE" },
  { title: "" },
  { title: "SHAPE" },
  { title: "$/MONTH", align: "right" },
  { title: "SCORE", align: "right" },
  { title: "OF WHICH" },
];

function rankedBlocks({ ranked, omitted }: Explanation, all: boolean): readonly Block[] {
  if (ranked.length === 0) return [{ kind: "words", text: "nothing could take it", indent: 2 }];
  const shown = all ? ranked : ranked.slice(0, SHOWN);
  const more = ranked.length - shown.length + (omitted?.ranked ?? 0);
  const rows = shown.map((one, index) => rowOf(one, index + 1));
  return [
    { kind: "table", columns: COLUMNS, rows, indent: 2, titled: true },
    ...(more === 0 ? [] : [{ kind: "words", text: `${more} more`, indent: 2 } as const]),
  ];
}

function rowOf(ranked: RankedOffer, rank: number): readonly string[] {
  const { offer, total } = ranked;
  return [
    String(rank),
    ...placeText(offer.place),
    shapeText(offer),
    amountText(offer.price?.expectedUsd),
    total.toFixed(2),
    ofWhich(ranked),
  ];
}

/** What a rank comes from: the tier, each score, how the spec is honoured, and what was not known. */
function ofWhich({ offer, scores, tier, notes = [] }: RankedOffer): string {
  const parts = Object.entries(scores).map(([name, score]) => `${name} ${score.toFixed(2)}`);
  const fidelity = fidelityText(offer.fidelity);
  return [
    ...(tier === undefined ? [] : [`tier ${tier}`]),
    parts.join(" · "),
    ...(fidelity === "exact" ? [] : [fidelity]),
    ...notes,
  ].join("; ");
}
