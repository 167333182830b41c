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
  const name = inputName(file);
  const { document, lineOf } = await readDocument(ctx, file);
  const changed = image !== undefined && isRecord(document) ? { ...document, image } : document;
  const parsed = parseSpec(changed);
  if (!parsed.ok || !isRecord(changed)) throw problemList(name, parsed.ok ? [] : parsed.problems, lineOf);
  return { name, document: changed, spec: parsed.spec, lineOf };
}

/** Any YAML or JSON document. Throws a `Refusal` (exit 2) that says where it cannot be read. */
export async function readDocument(
  ctx: Context,
  file: string,
): Promise<{ readonly document: unknown; readonly lineOf: LineOf }> {
  const text = await readInput(ctx, file);
  const parsed = parseDocument(text, file.endsWith(".json") ? "application/json" : "application/yaml");
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

/** `web.yaml: 2 problems`, then one line for each, in columns. */
export function problemList(
  name: string,
  problems: readonly Problem[],
  lineOf: LineOf,
  cause?: unknown,
): Refusal {
  const rows = problems.map(({ pointer, message }) => {
    const line = lineOf(pointer);
    return { line: line === undefined ? "" : `line ${line}`, pointer, message };
  });
  const lineWidth = Math.max(0, ...rows.map(({ line }) => line.length));
  const pointerWidth = Math.max(0, ...rows.map(({ pointer }) => pointer.length));
  const cells = ({ line, pointer, message }: (typeof rows)[number]) => [
    ...(lineWidth === 0 ? [] : [line.padEnd(lineWidth)]),
    ...(pointerWidth === 0 ? [] : [pointer.padEnd(pointerWidth)]),
    message,
  ];
  return new Refusal(2, `${name}: ${count(problems.length, "problem")}`, {
    details: rows.map((row) => `  ${cells(row).join("   ")}`),
    ...(cause === undefined ? {} : { cause }),
  });
}
