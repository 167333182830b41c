import type { Problem } from "../domain/fault.ts";
import { parseDocument, type LineOf } from "../domain/parse-document.ts";
import { parseSpec } from "../domain/parse-spec.ts";
import type { Spec } from "../domain/spec.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Context } from "./context.ts";
import { count } from "./figures.ts";
import { isRecord } from "./is-record.ts";
import { explainNoPlacement } from "./no-placement.ts";
import { inputName, readInput } from "./read-input.ts";
import { Refusal } from "./refusal.ts";

/** A spec as it was read: the document to send, what it means, and which line says what. */
export interface SpecFile {
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly spec: Spec;
  readonly lineOf: LineOf;
}

/** Read and check a spec, with another image if one is given. Throws a `Refusal` (exit 2) that lists every problem with its line. */
export async function readSpecFile(ctx: Context, file: string, image?: string): Promise<SpecFile> {
  const checked = checkSpec(inputName(file), await readInput(ctx, file), mediaTypeOf(file), image);
  if (!checked.ok) throw problemLists([checked]);
  return checked.file;
}

/** A spec, or what is wrong with it. */
export type CheckedSpec =
  | { readonly ok: true; readonly file: SpecFile }
  | ({ readonly ok: false } & ProblemList);

/** A text as a spec, with another image if one is given. */
export function checkSpec(name: string, text: string, mediaType: string, image?: string): CheckedSpec {
  const read = parseDocument(text, mediaType);
  const { lineOf } = read;
  if (!read.ok) return { ok: false, name, problems: read.problems, lineOf };
  const { document } = read;
  const changed = image !== undefined && isRecord(document) ? { ...document, image } : document;
  const parsed = parseSpec(changed);
  if (parsed.ok && isRecord(changed))
    return { ok: true, file: { name, document: changed, spec: parsed.spec, lineOf } };
  return { ok: false, name, problems: parsed.ok ? [] : parsed.problems, lineOf };
}

/** How a file is read, by its name: JSON, else YAML. */
export function mediaTypeOf(file: string): string {
  return file.endsWith(".json") ? "application/json" : "application/yaml";
}

/** Any YAML or JSON document. Throws a `Refusal` (exit 2) that says where it cannot be read. */
export async function readDocument(
  ctx: Context,
  file: string,
): Promise<{ readonly document: unknown; readonly lineOf: LineOf }> {
  const text = await readInput(ctx, file);
  const parsed = parseDocument(text, mediaTypeOf(file));
  if (!parsed.ok) throw problemList(inputName(file), parsed.problems, parsed.lineOf);
  return parsed;
}

/** Do something with a spec; what the broker, or every place, finds wrong in it is shown with the file's own lines. */
export async function withLines<T>(ctx: Context, file: SpecFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "no-placement")
      throw explainNoPlacement(error, ctx.stderr, file.lineOf);
    if (!(error instanceof ApiProblem) || error.code !== "invalid-spec" || error.problems.length === 0)
      throw error;
    const problems = error.problems.map(({ pointer, message }) => ({
      pointer: pointer.replace(/^\/spec(?=\/|$)/, ""),
      message,
    }));
    throw problemList(file.name, problems, file.lineOf, error);
  }
}

/** What is wrong in one text. */
export interface ProblemList {
  /** What the text is called. */
  readonly name: string;
  readonly problems: readonly Problem[];
  readonly lineOf: LineOf;
}

/** `web.yaml: 2 problems`, then one line for each, in columns. */
export function problemList(
  name: string,
  problems: readonly Problem[],
  lineOf: LineOf,
  cause?: unknown,
): Refusal {
  return problemLists([{ name, problems, lineOf }], cause);
}

/** Problems that are shown of one text or of several; the rest is counted. */
const MAX_SHOWN = 100;

/** The same for several texts, one below the other. */
export function problemLists(lists: readonly ProblemList[], cause?: unknown): Refusal {
  const [first = "", ...details] = lists.flatMap((list) => [
    `${list.name}: ${count(list.problems.length, "problem")}`,
    ...problemLines(list),
  ]);
  const most = MAX_SHOWN + lists.length - 1;
  const more = details.length - most;
  return new Refusal(2, first, {
    details: more <= 0 ? details : [...details.slice(0, most), `and ${more} more lines`],
    ...(cause === undefined ? {} : { cause }),
  });
}

function problemLines({ problems, lineOf }: ProblemList): readonly string[] {
  const rows = problems.map(({ pointer, message }) => {
    const line = lineOf(pointer);
    return { line: line === undefined ? "" : `line ${line}`, pointer, message };
  });
  const lineWidth = Math.max(0, ...rows.map(({ line }) => line.length));
  const pointerWidth = Math.max(0, ...rows.map(({ pointer }) => pointer.length));
  return rows.map(({ line, pointer, message }) => {
    const cells = [
      ...(lineWidth === 0 ? [] : [line.padEnd(lineWidth)]),
      ...(pointerWidth === 0 ? [] : [pointer.padEnd(pointerWidth)]),
      message,
    ];
    return `  ${cells.join("   ")}`;
  });
}
