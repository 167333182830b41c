const TOKENS = /\u{1B}\[[0-9;]*[A-Za-z]|\n|[^\n\u{1B}]+/gu; // oxlint-disable-line no-control-regex -- it reads them

/** What a terminal shows after this text: cursor up, clear to the end and colours are understood, as `progress.ts` uses them. */
export function screenOf(text: string): readonly string[] {
  const rows: string[] = [""];
  let row = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "\n") {
      row += 1;
      rows[row] ??= "";
    } else if (token.startsWith("\u001B[")) row = controlled(rows, row, token);
    else rows[row] = `${rows[row] ?? ""}${token}`;
  }
  return rows.slice(0, rows.at(-1) === "" ? -1 : undefined);
}

function controlled(rows: string[], row: number, token: string): number {
  const amount = Number.parseInt(token.slice(2), 10);
  if (token.endsWith("m")) return row;
  if (token.endsWith("A")) return row - amount;
  if (token === "\u001B[J") {
    rows.length = row + 1;
    rows[row] = "";
    return row;
  }
  throw new Error(`the screen does not know ${JSON.stringify(token)}`);
}
