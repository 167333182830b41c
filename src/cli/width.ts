import type { Sink } from "./context.ts";

/** Width of what goes to a pipe or a file: a CI log is wider than a terminal, and lines that can be searched are better long. */
const PIPE_COLUMNS = 120;

/** Columns to lay text out for. */
export function widthOf(sink: Sink): number {
  return sink.columns ?? PIPE_COLUMNS;
}
