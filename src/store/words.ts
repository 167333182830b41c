/** What the last log lines of a container may take of a row, bytes. */
export const MAX_LINES_BYTES = 60_000;
/** The longest sentence kept of a provider, an agent or a container. */
const MAX_SENTENCE_CHARACTERS = 2_000;

/** A foreign sentence, cut to what is kept: whoever writes endlessly must not stop the loop that stores it. */
export function cutSentence(text: string): string {
  return text.length <= MAX_SENTENCE_CHARACTERS ? text : `${text.slice(0, MAX_SENTENCE_CHARACTERS - 1)}…`;
}

/** The last of some foreign lines, as many as are kept. */
export function cutLines(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.toReversed()) {
    const cut = cutSentence(line);
    bytes += new TextEncoder().encode(JSON.stringify(cut)).byteLength + 1;
    if (bytes > MAX_LINES_BYTES) break;
    kept.push(cut);
  }
  return kept.toReversed();
}
