/** One column: its title, and whether its cells line up on the right, as numbers do. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly indent: number;
}

const GAP = "  ";
/** Below this the last column's text is easier to read on lines of its own. */
const LEAST_PROSE_WIDTH = 28;

/**
 * Rows as aligned lines. The last column is prose: it is wrapped beside the others where there is room, else put below
 * its row. Where not even the others fit, each row starts with its first cell on a line of its own.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): readonly string[] {
  const cells = columns.slice(0, -1);
  const widths = cells.map((column, index) => widest([column.title, ...rows.map((row) => row[index] ?? "")]));
  const prose = widest(rows.map((row) => row[cells.length] ?? ""));
  const layout = layoutFor(widths, prose, options);
  const titles = columns.map(({ title }) => title);
  return [titles, ...rows].flatMap((row, index) => lineUp(row, cells, widths, layout, index === 0));
}

/** Text broken at spaces into lines of at most `width`; a longer word keeps its line to itself. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Text after a lead, wrapped so that it hangs below itself. */
export function hanging(lead: string, text: string, width: number): readonly string[] {
  const lines = wrap(text, Math.max(LEAST_PROSE_WIDTH, width - lead.length));
  return lines.map((line, index) => (index === 0 ? lead : " ".repeat(lead.length)) + line);
}

interface Layout {
  readonly indent: string;
  /** Whether the first cell has a line of its own. */
  readonly stacked: boolean;
  /** Where prose starts, and how wide it may be; `below` puts it under its row. */
  readonly prose: { readonly below: boolean; readonly from: number; readonly width: number };
}

function layoutFor(widths: readonly number[], prose: number, { width, indent }: TableOptions): Layout {
  const needed = (from: number): number =>
    indent + widths.slice(from).reduce((sum, one) => sum + one + GAP.length, 0);
  const stacked = needed(0) - GAP.length > width;
  const beside = needed(0);
  const below = stacked || width - beside < Math.min(LEAST_PROSE_WIDTH, prose);
  const from = below ? indent + 4 : beside;
  return {
    indent: " ".repeat(indent),
    stacked,
    prose: { below, from, width: Math.max(LEAST_PROSE_WIDTH, width - from) },
  };
}

function lineUp(
  row: readonly string[],
  cells: readonly Column[],
  widths: readonly number[],
  { indent, stacked, prose }: Layout,
  isTitle: boolean,
): readonly string[] {
  const padded = cells.map(({ align }, index) => pad(row[index] ?? "", widths[index] ?? 0, align ?? "left"));
  const [first = "", ...rest] = padded;
  const lines = stacked ? [indent + first, `${indent}    ${rest.join(GAP)}`] : [indent + padded.join(GAP)];
  const text = wrap(row[cells.length] ?? "", prose.width);
  // A title alone on a line below its own row would speak of nothing.
  if (prose.below)
    return [
      ...lines,
      ...(isTitle ? [] : text.filter((line) => line !== "").map((line) => " ".repeat(prose.from) + line)),
    ].map(trimEnd);
  const [beside = "", ...more] = text;
  return [
    ...lines.slice(0, -1),
    (lines.at(-1) ?? "") + GAP + beside,
    ...more.map((line) => " ".repeat(prose.from) + line),
  ].map(trimEnd);
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - lengthOf(text)));
  return align === "left" ? text + space : space + text;
}

const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, lengthOf(text)), 0);
const lengthOf = (text: string): number => Array.from(text).length;
const trimEnd = (line: string): string => line.trimEnd();
