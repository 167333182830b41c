/** One line of a container, and when it was said where Azure tells. */
export interface SaidLine {
  readonly at?: string | undefined;
  readonly line: string;
}

/** Azure puts an RFC 3339 time with up to nine decimals before each line when it is asked to. */
const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s;

/** The lines of a log's content, without the empty one at its end. */
export function readLines(content: string): readonly SaidLine[] {
  const lines = content.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((text) => {
    const [, at, line] = TIMED.exec(text) ?? [];
    return at === undefined ? { line: text } : { at, line: line ?? "" };
  });
}
