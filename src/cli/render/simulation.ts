import type { SimulationView } from "../api-simulation.ts";
import { printable } from "../../render/printable.ts";
import { simulationWords } from "./simulation-words.ts";
import { hanging, renderTable, wrap } from "../../render/table.ts";

/** A simulation for a terminal: totals, who moves, who would be where it is forbidden, and who has no place. */
export function simulationText(view: SimulationView, width: number): string {
  const words = simulationWords(view);
  const options = { width, indent: 2 };
  const moves = renderTable(
    [
      { title: "WORKLOAD" },
      { title: "NOW" },
      { title: "THEN" },
      { title: "$/MONTH", align: "right" },
      { title: "WHY" },
    ],
    words.moves.map((one) => [one.name, one.from, one.to, one.usd, one.because].map(printable)),
    options,
  );
  const violations = renderTable(
    [{ title: "WORKLOAD" }, { title: "RUNS ON" }, { title: "WHY" }],
    words.violations.map((one) => [one.name, one.at, one.reasons].map(printable)),
    options,
  );
  const lines = [
    ...wrap(`policy ${view.policy} · ${words.scope}`, width),
    "",
    ...hanging("  ", words.counts.length === 0 ? "nothing to judge" : words.counts.join(" · "), width),
    ...hanging("  ", words.money, width),
    ...(words.moves.length === 0 ? [] : ["", ...moves]),
    ...(words.violations.length === 0 ? [] : ["", "  forbidden where they run", ...violations]),
    ...(words.unplaceable.length === 0
      ? []
      : ["", "  no place could take", ...unplaceableLines(words, width)]),
    ...(words.notes.length === 0
      ? []
      : ["", ...words.notes.flatMap((note) => hanging("  ! ", printable(note), width))]),
    "",
    "Nothing was changed.",
  ];
  return `${lines.join("\n")}\n`;
}

function unplaceableLines(
  { unplaceable }: ReturnType<typeof simulationWords>,
  width: number,
): readonly string[] {
  return unplaceable.flatMap(({ name, because, reasons }) => [
    ...hanging(`  ${name}  `, printable(because), width),
    ...reasons.flatMap((reason) => hanging("      ", printable(reason), width)),
  ]);
}
