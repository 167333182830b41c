import { iso } from "./instants.ts";

/**
 * The most characters of a line of NDJSON. Agents cut what a container writes at 64 KiB, and JSON may write each byte of
 * it as six; a longer line is cut, so that a source without line feeds cannot fill the memory.
 */
const MAX_LINE_CHARS = 512 * 1_024;
/** The last instant a `Date` can hold, ms (ECMA-262, section 21.4.1.1). */
const LAST_INSTANT_MS = 8.64e15;

/** A line of a log as the API shows it. A source that is not in order may leave out all but the line itself. */
interface UnitLine {
  /** ISO 8601. */
  readonly at?: string | undefined;
  readonly stream?: string | undefined;
  readonly line: string;
  readonly container?: string | undefined;
  /** Name of the unit that wrote it. */
  readonly unit: string;
}

/** An adapter's NDJSON, cut anew at its line feeds: each line with its time in ISO 8601 and the unit's name. What is no line of a log goes through as text. */
export async function* unitLines(
  stream: ReadableStream<Uint8Array>,
  unit: string,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const written = (lines: readonly string[]) =>
    encoder.encode(lines.map((line) => told(line, unit)).join(""));
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE_CHARS) {
      lines.push(rest);
      rest = "";
    }
    const pieces = lines.flatMap(cut);
    if (pieces.length > 0) yield written(pieces);
  }
  const last = cut(rest + decoder.decode());
  if (last.length > 0) yield written(last);
}

function cut(line: string): readonly string[] {
  const pieces = Math.ceil(line.length / MAX_LINE_CHARS);
  return Array.from({ length: pieces }, (_, index) =>
    line.slice(index * MAX_LINE_CHARS, (index + 1) * MAX_LINE_CHARS),
  );
}

const told = (text: string, unit: string): string => `${JSON.stringify(readLine(text, unit))}\n`;

function readLine(text: string, unit: string): UnitLine {
  const { at, stream, line, container } = objectIn(text);
  if (typeof line !== "string") return { line: text, unit };
  return { at: instant(at), stream: textOr(stream), line, container: textOr(container), unit };
}

function objectIn(text: string): Readonly<Partial<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(text);
    return Object(value);
  } catch {
    return {}; // A piece of a line that was cut, or a source that writes plain text.
  }
}

// Agents write 0 for a line whose time the engine did not tell.
function instant(at: unknown): string | undefined {
  const ms = typeof at === "number" ? at : typeof at === "string" ? Date.parse(at) : Number.NaN;
  return ms > 0 && ms <= LAST_INSTANT_MS ? iso(ms) : undefined;
}

const textOr = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
