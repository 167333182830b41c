import { dirname, isAbsolute, join } from "node:path";
import { builtInBook } from "../catalog/shipped-book.ts";
import { namedFiles, parsePolicyTests } from "../policy/policy-test/parse.ts";
import { preparePolicyTests } from "../policy/policy-test/prepare.ts";
import type { TestProblem } from "../policy/policy-test/read-given.ts";
import { runPolicyTest } from "../policy/policy-test/run.ts";
import type { LineOf } from "../domain/parse-document.ts";
import type { Context } from "./context.ts";
import { inputName } from "./read-input.ts";
import { Refusal } from "./refusal.ts";
import type { TestedFile } from "./render/policy-tests.ts";
import { problemList, readDocument } from "./spec-file.ts";

/**
 * Run the policy tests of one file; the files it names are looked for beside it. Throws a `Refusal` (exit 2) that lists what is
 * wrong with it, or with one of those, each with its line.
 */
export async function runPolicyTestFile(ctx: Context, path: string): Promise<TestedFile> {
  const name = inputName(path);
  const { document, lineOf } = await readDocument(ctx, path);
  const parsed = parsePolicyTests(document);
  if (!parsed.ok) throw problemList(name, parsed.problems, lineOf);
  const documents = new Map<string, unknown>();
  const lines = new Map<string, LineOf>();
  for (const named of namedFiles(parsed.file)) {
    const read = await readNamed(ctx, path, named, lineOf);
    documents.set(named.name, read.document);
    lines.set(named.name, read.lineOf);
  }
  const prepared = preparePolicyTests(parsed.file, documents, builtInBook());
  if (!prepared.ok) throw problemsIn(name, lineOf, prepared.problems, lines);
  return { name, lineOf, results: prepared.value.map(runPolicyTest) };
}

async function readNamed(
  ctx: Context,
  path: string,
  named: { readonly name: string; readonly pointer: string },
  lineOf: LineOf,
) {
  const beside = path === "-" || isAbsolute(named.name) ? named.name : join(dirname(path), named.name);
  try {
    return await readDocument(ctx, beside);
  } catch (error) {
    const unread = error instanceof Refusal && error.cause instanceof Error;
    if (!unread) throw error;
    throw problemList(inputName(path), [{ pointer: named.pointer, message: error.message }], lineOf);
  }
}

// One file at a time: its problems have its name and its lines.
function problemsIn(
  name: string,
  lineOf: LineOf,
  problems: readonly TestProblem[],
  lines: ReadonlyMap<string, LineOf>,
): Refusal {
  const [file] = problems.flatMap((problem) => (problem.file === undefined ? [] : [problem.file]));
  if (file === undefined) return problemList(name, problems, lineOf);
  return problemList(
    file,
    problems.filter((problem) => problem.file === file),
    lines.get(file) ?? (() => undefined),
  );
}
