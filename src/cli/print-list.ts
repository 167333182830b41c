import type { Given } from "./command.ts";
import type { Context } from "./context.ts";
import { printJson } from "./print-json.ts";
import { renderTable } from "../render/table.ts";
import { widthOf } from "./width.ts";

export interface List {
  readonly head: readonly string[];
  /** The last cell is prose and may wrap; the others are never cut, so that they can be copied. */
  readonly rows: readonly (readonly string[])[];
  /** What to say instead of an empty table. */
  readonly none: string;
}

/** A list on stdout, or the API's own answer with `--json`. An empty one says so on stderr, so that a pipe stays empty. */
export function printList(ctx: Context, given: Given, body: unknown, list: List): void {
  if (given.on.has("json")) printJson(ctx, body);
  else if (list.rows.length === 0) ctx.stderr.write(`${list.none}\n`);
  else ctx.stdout.write(listText(list, widthOf(ctx.stdout)));
}

/** The table alone. */
export function listText({ head, rows }: Pick<List, "head" | "rows">, width: number): string {
  const columns = head.map((title) => ({ title }));
  return renderTable(columns, rows, { width, indent: 2 })
    .map((line) => `${line}\n`)
    .join("");
}
