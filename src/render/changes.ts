import type { Block } from "./block.ts";

/** One thing that is no longer what it was. */
export interface Change {
  readonly changed: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** What changed, from what, to what: one row each. */
export function changesTable(changes: readonly Change[]): Block {
  const rows = changes.map(({ changed, what, from, to }) => [changed, what, `${from} -> ${to}`]);
  return { kind: "table", columns: COLUMNS, rows, indent: 2, titled: true };
}

const COLUMNS = [{ title: "CHANGED" }, { title: "WHAT" }, { title: "FROM -> TO" }] as const;
