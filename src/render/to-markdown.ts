import type { Block } from "./block.ts";
import { printable } from "./printable.ts";

/** Blocks as GitHub-flavoured Markdown, for a comment on a pull request or a page. */
export function toMarkdown(blocks: readonly Block[]): string {
  const texts = blocks.map(markdownOf);
  // Neighbours of a list stay together; everything else is a paragraph of its own.
  const lines = texts.flatMap((text, index) => {
    const listed = blocks[index]?.kind === "said" && blocks[index + 1]?.kind === "said";
    return text === "" ? [] : listed ? [text] : [text, ""];
  });
  return lines.length === 0 ? "" : `${lines.join("\n").trimEnd()}\n`;
}

function markdownOf(block: Block): string {
  switch (block.kind) {
    case "gap":
      return "";
    case "heading":
      return `**${escaped(block.text)}**`;
    case "words":
      return escaped(block.text);
    case "said":
      return `- **${escaped(block.about.trim())}** ${escaped(block.text)}`;
    case "command":
      return `${block.about === undefined ? "" : `${escaped(block.about.trim())} `}\`${printable(block.text).replaceAll("`", "'")}\``;
    case "log":
      return `\`${printable(block.text).replaceAll("`", "'")}\``;
    case "table":
      return tableOf(block);
  }
}

function tableOf({ columns, rows }: Extract<Block, { readonly kind: "table" }>): string {
  if (rows.length === 0) return "";
  // A table without titles cannot be said in Markdown, so they are always there.
  const titles = columns.map(({ title }) => escaped(title));
  const rules = columns.map(({ align }) => (align === "right" ? "---:" : "---"));
  const body = rows.map((row) => columns.map((_, index) => escaped(row[index] ?? "")));
  return [titles, rules, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Everything that Markdown or HTML would read as more than text. */
const SPECIAL = /[\\`*_{}[\]<>|~#]/g;

const escaped = (text: string): string => printable(text).replaceAll(SPECIAL, "\\$&").trim();
