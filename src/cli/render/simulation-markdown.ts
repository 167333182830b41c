import type { SimulationView } from "../api-simulation.ts";
import { printable } from "../../render/printable.ts";
import { simulationWords, type SimulationWords } from "./simulation-words.ts";

/** Rows of a table that a reviewer reads without unfolding anything. */
const MAX_ROWS = 20;
/** GitHub takes comments of 65,536 characters; what is beyond this is left to `--json`. */
const MAX_CHARS = 60_000;

/** A simulation as a comment on a pull request: totals, a short table, and the details folded away. */
export function simulationMarkdown(view: SimulationView): string {
  const words = simulationWords(view);
  const whole = [
    `### Policy ${escape(view.policy)}: what would change`,
    escape(words.scope),
    `**${escape(words.money)}** · ${escape(words.counts.length === 0 ? "nothing to judge" : words.counts.join(" · "))}`,
    ...movesTable(words),
    ...violationsTable(words),
    ...unplaceableList(words),
    ...words.notes.map((note) => `> ${escape(note)}`),
    ...reasons(words),
  ];
  const text = whole.join("\n\n");
  // Cut between two parts, so that no table and no fold stays open.
  const cut = "This comment is cut. The whole of it:  `berth policy simulate --json`";
  let kept = whole;
  while (kept.length > 2 && kept.join("\n\n").length + cut.length > MAX_CHARS) kept = kept.slice(0, -1);
  return kept.length === whole.length ? `${text}\n` : `${[...kept, cut].join("\n\n")}\n`;
}

function movesTable({ moves }: SimulationWords): readonly string[] {
  if (moves.length === 0) return [];
  const rows = moves.slice(0, MAX_ROWS).map(({ name, from, to, usd }) => [name, from, to, usd]);
  const more = moves.length - rows.length;
  return [
    table(["workload", "now", "then", "$ a month"], rows, 3),
    ...(more === 0 ? [] : [`and ${more} more`]),
  ];
}

function violationsTable({ violations }: SimulationWords): readonly string[] {
  if (violations.length === 0) return [];
  const rows = violations.slice(0, MAX_ROWS).map(({ name, at, reasons: why }) => [name, at, why]);
  const more = violations.length - rows.length;
  return [
    "**Forbidden where they run**",
    table(["workload", "runs on", "why"], rows),
    ...(more === 0 ? [] : [`and ${more} more`]),
  ];
}

function unplaceableList({ unplaceable }: SimulationWords): readonly string[] {
  if (unplaceable.length === 0) return [];
  const items = unplaceable
    .slice(0, MAX_ROWS)
    .map(({ name, because, reasons: why }) =>
      [`- ${escape(name)}: ${escape(because)}`, ...why.map((reason) => `  - ${escape(reason)}`)].join("\n"),
    );
  const more = unplaceable.length - items.length;
  return ["**No place could take**", items.join("\n"), ...(more === 0 ? [] : [`and ${more} more`])];
}

// A blank line after the summary, or GitHub shows the Markdown within as it is written.
function reasons({ moves }: SimulationWords): readonly string[] {
  if (moves.length === 0) return [];
  const rows = moves.map(({ name, because }) => [name, because]);
  return [
    `<details><summary>Why each of them</summary>\n\n${table(["workload", "why"], rows)}\n\n</details>`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[], right?: number): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, index) => (index === right ? "---:" : "---"));
  return [line(head), line(rule), ...rows.map((row) => line(row.map(escape)))].join("\n");
}

/** Text that people or providers wrote, as Markdown that says just that: no markup, no HTML, no mention, no cell's end. */
function escape(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*_[\]|#~]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@\u200B");
}
