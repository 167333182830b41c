import type { Quote } from "../../catalog/quote.ts";
import { memoryText } from "../../catalog/size-text.ts";
import { formatCpu } from "../../domain/quantity.ts";
import { BILL_COLUMNS } from "../../render/bill.ts";
import { hanging, renderTable } from "../../render/table.ts";

/** The answer to `berth quote`: the size that is billed, every line with its rate, date and source, and the total. */
export function renderQuote({ shape, lines, totalUsd, notPriced }: Quote, width: number): string {
  const sources = [...new Set(lines.map(({ source }) => source))];
  const notes = [...new Set(lines.flatMap(({ note }) => (note === undefined ? [] : [note])))];
  const rows = lines.map((line) => [
    line.meter,
    line.quantity,
    line.unit,
    line.rateUsd,
    line.usd,
    `${line.asOf} [${sources.indexOf(line.source) + 1}]${line.note === undefined ? "" : ` ${mark(notes.indexOf(line.note))}`}`,
  ]);
  const text = [
    `${formatCpu(shape.milliCpu)} vCPU · ${memoryText(shape.memoryMiB)} · ${shape.arch}`,
    "",
    ...renderTable(BILL_COLUMNS, rows, { width, indent: 2 }),
    "",
    `  total  $${totalUsd}`,
    ...(lines.length === 0 ? [] : [""]),
    ...notes.flatMap((note, index) => hanging(`  ${mark(index)} `, note, width)),
    ...sources.flatMap((source, index) => hanging(`  [${index + 1}] `, source, width)),
    ...(notPriced.length === 0 ? [] : ["", "  not in this price"]),
    ...notPriced.flatMap((sentence) => hanging("    ", sentence, width)),
  ];
  return `${text.join("\n")}\n`;
}

const mark = (index: number): string => `(${String.fromCharCode("a".charCodeAt(0) + index)})`;
