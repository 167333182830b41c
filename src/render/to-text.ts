import type { Block } from "./block.ts";
import { printable } from "./printable.ts";
import { hanging, renderTable } from "./table.ts";

/** Blocks as lines for a terminal or a log, none wider than `width` where words can be broken. */
export function textLines(blocks: readonly Block[], width: number): readonly string[] {
  return blocks.flatMap((block) => linesOf(block, width));
}

/** The same as one text. */
export function toText(blocks: readonly Block[], width: number): string {
  return textLines(blocks, width)
    .map((line) => `${line}\n`)
    .join("");
}

function linesOf(block: Block, width: number): readonly string[] {
  switch (block.kind) {
    case "gap":
      return [""];
    case "heading":
      return hanging(" ".repeat(block.indent ?? 2), printable(block.text), width);
    case "words":
      return hanging(" ".repeat(block.indent ?? 0), printable(block.text), width);
    case "said":
      return hanging(lead(block.about, block.indent ?? 2), printable(block.text), width);
    case "command":
      return [`${block.about === undefined ? "" : lead(block.about, 2)}${printable(block.text)}`];
    case "log":
      return [`    ${printable(block.text)}`];
    case "table":
      return tableLines(block, width);
  }
}

function tableLines(
  { columns, rows, indent, titled }: Extract<Block, { readonly kind: "table" }>,
  width: number,
): readonly string[] {
  const shown = titled ? columns : columns.map((column) => ({ ...column, title: "" }));
  const lines = renderTable(
    shown,
    rows.map((row) => row.map(printable)),
    { width, indent },
  );
  return titled ? lines : lines.slice(1);
}

const lead = (about: string, indent: number): string => " ".repeat(indent) + printable(about);
