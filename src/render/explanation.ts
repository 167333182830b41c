import type { Explanation, RankedOffer, RejectedGroup } from "../domain/plan.ts";
import { groupRejected } from "../policy/group-rejected.ts";
import { amountText, placeText, shapeText } from "./offer-text.ts";
import { type Column, hanging, renderTable } from "./table.ts";

export interface ExplainView {
  readonly explanation: Explanation;
  /** Columns of the terminal. */
  readonly width: number;
  /** Every ranked offer that was kept instead of the first few. */
  readonly all: boolean;
}

/** Why a workload is where it is: the ranking with its scores, the policy, overrides, and what was refused. */
export function renderExplanation({ explanation, width, all }: ExplainView): string {
  const { incumbent, overrides, policy } = explanation;
  const lines = [
    ...(incumbent === undefined
      ? []
      : [...hanging(incumbent.stays ? "stays  " : "moves  ", incumbent.because, width), ""]),
    ...rankedLines(explanation, width, all),
    "",
    `  policy    ${policy}`,
    ...overrides.flatMap((override) => hanging("  override  ", override, width)),
    ...refusedLines(explanation, width),
  ];
  return `${lines.join("\n")}\n`;
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

function rankedLines({ ranked, omitted }: Explanation, width: number, all: boolean): readonly string[] {
  if (ranked.length === 0) return ["  nothing could take it"];
  const shown = all ? ranked : ranked.slice(0, SHOWN);
  const more = ranked.length - shown.length + (omitted?.ranked ?? 0);
  const rows = shown.map((one, index) => rowOf(one, index + 1));
  return [...renderTable(COLUMNS, rows, { width, indent: 2 }), ...(more === 0 ? [] : [`  ${more} more`])];
}

function rowOf({ offer, total, scores }: RankedOffer, rank: number): readonly string[] {
  const parts = Object.entries(scores).map(([name, score]) => `${name} ${score.toFixed(2)}`);
  return [
    String(rank),
    ...placeText(offer.place),
    shapeText(offer),
    amountText(offer.price?.expectedUsd),
    total.toFixed(2),
    parts.join(" · "),
  ];
}

function refusedLines(explanation: Explanation, width: number): readonly string[] {
  const { ranked, rejected, omitted } = explanation;
  const refused = rejected.length + (omitted?.rejected ?? 0);
  if (refused === 0) return [];
  const groups = omitted?.groups ?? groupsOf(explanation);
  const rows = groups.map(({ offers, reasons }) => [
    String(offers),
    [...new Set(reasons.map(({ message }) => message))].join("; "),
  ]);
  const [, ...lines] = renderTable([{ title: "", align: "right" }, { title: "" }], rows, {
    width,
    indent: 4,
  });
  return ["", `  refused ${refused} of ${refused + ranked.length + (omitted?.ranked ?? 0)}`, ...lines];
}

function groupsOf({ rejected }: Explanation): readonly RejectedGroup[] {
  return groupRejected(rejected).flatMap((group) =>
    group[0] === undefined ? [] : [{ offers: group.length, reasons: group[0].reasons }],
  );
}
