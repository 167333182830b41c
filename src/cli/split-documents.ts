/** One document of a text that may hold several. */
export interface TextDocument {
  /** From 1, counting those that say something. */
  readonly number: number;
  /** Behind as many empty lines as come before it, so that its lines have the numbers they have in the whole text. */
  readonly text: string;
}

/**
 * The documents of a YAML text, without those that hold nothing but comments. No value can hold such a line: inside a document a line
 * that begins with `---` or `...` and a space or an end is forbidden (YAML 1.2.2, section 9.1.4, rule c-forbidden).
 */
export function splitDocuments(text: string): readonly TextDocument[] {
  const parts: { readonly from: number; readonly lines: string[] }[] = [{ from: 0, lines: [] }];
  for (const [index, line] of text
    .replace(/^\u{FEFF}/u, "")
    .split("\n")
    .entries()) {
    if (STARTS.test(line)) parts.push({ from: index, lines: [line] });
    else if (ENDS.test(line)) parts.push({ from: index + 1, lines: [] });
    else parts.at(-1)?.lines.push(line);
  }
  return parts
    .filter(({ lines }) => lines.some((line) => !SAYS_NOTHING.test(line)))
    .map(({ from, lines }, index) => ({
      number: index + 1,
      text: "\n".repeat(from) + lines.join("\n"),
    }));
}

const STARTS = /^---(?=\s|$)/;
const ENDS = /^\.\.\.(?=\s|$)/;
const SAYS_NOTHING = /^(---)?\s*(#.*)?$/;
