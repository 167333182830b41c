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
 * its row. Where not even the others fit, what a cell lists goes below each other; where that does not do, each row starts with its
 * first cell on a line of its own, and the others are broken at their words.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): readonly string[] {
  const cells = columns.slice(0, -1);
  const table = [columns.map(({ title }) => title), ...rows];
  const prose = widest(table.map((row) => row[cells.length] ?? ""));
  const { layout, broken } = fitted(cells, table, prose, options);
  return table.flatMap((row, index) =>
    lineUp(broken[index] ?? [], row[cells.length] ?? "", layout, index === 0),
  );
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
  readonly cells: readonly Column[];
  readonly widths: readonly number[];
  /** Whether the first cell has lines of its own. */
  readonly stacked: boolean;
  /** Where prose starts, and how wide it may be; `below` puts it under its row. */
  readonly prose: { readonly below: boolean; readonly from: number; readonly width: number };
}

/** The cells of a row but for its prose, each as the lines it has. */
type Broken = readonly (readonly string[])[];

/** Further in than the first cell of a row whose other cells are below it. */
const STACKED_INDENT = 4;
/** A column is broken no narrower than this. */
const LEAST_CELL_WIDTH = 12;

// Only as much is broken as is needed: nothing, lists, or every cell that is too wide for its share of the line.
function fitted(
  cells: readonly Column[],
  table: readonly (readonly string[])[],
  prose: number,
  options: TableOptions,
): { readonly layout: Layout; readonly broken: readonly Broken[] } {
  const { width, indent } = options;
  const share = Math.max(LEAST_CELL_WIDTH, shareOf(cells, table, width - indent - STACKED_INDENT));
  const listed = (cell: string): readonly string[] => cell.split(/(?<=,) /);
  const breakings: readonly ((cell: string) => readonly string[])[] = [
    (cell) => [cell],
    listed,
    (cell) => listed(cell).flatMap((one) => wrap(one, share)),
  ];
  const tried = breakings.map((lines) => {
    const broken = table.map((row) => cells.map((_, index) => lines(row[index] ?? "")));
    const widths = cells.map((_, index) => widest(broken.flatMap((row) => row[index] ?? [])));
    const layout = layoutFor(cells, widths, prose, options);
    const fits = !layout.stacked || indent + STACKED_INDENT + spanOf(widths.slice(1)) <= width;
    return { layout, broken, fits };
  });
  const best =
    tried.slice(0, 2).find(({ layout }) => !layout.stacked) ?? tried.find(({ fits }) => fits) ?? tried.at(-1);
  if (best === undefined) throw new RangeError("a table is laid out in one of three ways");
  return best;
}

// What is left of a line for each cell that may be broken: numbers keep their width.
function shareOf(
  [, ...cells]: readonly Column[],
  table: readonly (readonly string[])[],
  width: number,
): number {
  const texts = cells.filter(({ align }) => align !== "right").length;
  const numbers = cells.flatMap(({ align }, index) =>
    align === "right" ? [widest(table.map((row) => row[index + 1] ?? ""))] : [],
  );
  const gaps = GAP.length * Math.max(0, cells.length - 1);
  return Math.floor((width - gaps - numbers.reduce((sum, one) => sum + one, 0)) / Math.max(1, texts));
}

const spanOf = (widths: readonly number[]): number =>
  widths.reduce((sum, one) => sum + one + GAP.length, 0) - GAP.length;

function layoutFor(
  cells: readonly Column[],
  widths: readonly number[],
  prose: number,
  { width, indent }: TableOptions,
): Layout {
  const stacked = indent + spanOf(widths) > width;
  const beside = indent + spanOf(widths) + GAP.length;
  const below = stacked || width - beside < Math.min(LEAST_PROSE_WIDTH, prose);
  const from = below ? indent + STACKED_INDENT : beside;
  return {
    indent: " ".repeat(indent),
    cells,
    widths,
    stacked,
    prose: { below, from, width: Math.max(LEAST_PROSE_WIDTH, width - from) },
  };
}

function lineUp(row: Broken, text: string, layout: Layout, isTitle: boolean): readonly string[] {
  const { indent, stacked, prose } = layout;
  const further = indent + " ".repeat(STACKED_INDENT);
  const lines = stacked
    ? [
        ...sideBySide(row.slice(0, 1), layout, 0).map((line) => indent + line),
        ...sideBySide(row.slice(1), layout, 1).map((line) => further + line),
      ]
    : sideBySide(row, layout, 0).map((line) => indent + line);
  const said = wrap(text, prose.width);
  // A title alone on a line below its own row would speak of nothing.
  if (prose.below)
    return [
      ...lines,
      ...(isTitle ? [] : said.filter((line) => line !== "").map((line) => " ".repeat(prose.from) + line)),
    ].map(trimEnd);
  const height = Math.max(lines.length, said.length);
  return Array.from({ length: height }, (_, index) =>
    trimEnd(pad(lines[index] ?? "", prose.from, "left") + (said[index] ?? "")),
  );
}

// Cells of several lines beside each other, from the top; `first` is the column of the first of them.
function sideBySide(row: Broken, { cells, widths }: Layout, first: number): readonly string[] {
  const height = row.reduce((most, lines) => Math.max(most, lines.length), 0);
  return Array.from({ length: height }, (_, line) =>
    row
      .map((lines, index) => {
        const column = first + index;
        return pad(lines[line] ?? "", widths[column] ?? 0, cells[column]?.align ?? "left");
      })
      .join(GAP),
  );
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - lengthOf(text)));
  return align === "left" ? text + space : space + text;
}

const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, lengthOf(text)), 0);
const lengthOf = (text: string): number => Array.from(text).length;
const trimEnd = (line: string): string => line.trimEnd();
