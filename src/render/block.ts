import type { Column } from "./table.ts";

/**
 * One piece of what people read, before anybody knows where: a terminal, a Markdown comment, a page. Texts are plain: each renderer
 * takes out or escapes what its reader could be steered by.
 */
export type Block =
  | { readonly kind: "gap" }
  | { readonly kind: "heading"; readonly text: string; readonly indent?: number }
  /** A sentence, broken where a line ends. */
  | { readonly kind: "words"; readonly text: string; readonly indent?: number }
  /** A sentence after what it is about (with its spaces), hanging below itself: `policy    project shop v12`. */
  | { readonly kind: "said"; readonly about: string; readonly text: string; readonly indent?: number }
  /** Something to be copied, never broken. */
  | { readonly kind: "command"; readonly text: string; readonly about?: string }
  /** One line of a program's output, as it is. */
  | { readonly kind: "log"; readonly text: string }
  /** The last column is prose. Without `titled` the columns speak for themselves. */
  | {
      readonly kind: "table";
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
      readonly indent: number;
      readonly titled: boolean;
    };

export const GAP: Block = { kind: "gap" };

/** Columns that the subjects of one list share, so that what is said of them lines up. */
const ABOUT_WIDTH = 10;

/** A sentence about something, lined up with others like it. */
export function said(about: string, text: string): Block {
  return { kind: "said", about: about.padEnd(ABOUT_WIDTH), text };
}
