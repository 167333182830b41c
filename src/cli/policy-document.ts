import type { LineOf } from "../domain/parse-document.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Context } from "./context.ts";
import { inputName } from "./read-input.ts";
import { problemList, readDocument } from "./spec-file.ts";

/** A document that is part of a body: under which pointer it is sent, what its file is called, and its lines. */
export interface SentDocument {
  readonly name: string;
  readonly document: unknown;
  readonly lineOf: LineOf;
}

/** A file that becomes part of a body. Throws a `Refusal` (exit 2) that says where it cannot be read. */
export async function documentToSend(ctx: Context, file: string): Promise<SentDocument> {
  return { name: inputName(file), ...(await readDocument(ctx, file)) };
}

/** Do something with documents; what the broker finds wrong in one of them is shown with that file's own lines. */
export async function withDocumentLines<T>(
  files: readonly (SentDocument & { readonly at: string })[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.problems.length === 0) throw error;
    const { problems } = error;
    const within = (at: string): boolean =>
      problems.every(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`));
    const file = files.find(({ at }) => within(at));
    if (file === undefined) throw error;
    const below = problems.map(({ pointer, message }) => ({
      pointer: pointer.slice(file.at.length),
      message,
    }));
    throw problemList(file.name, below, file.lineOf, error);
  }
}
