import type { LineOf } from "../domain/parse-document.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Context } from "./context.ts";
import { inputName, readFolder, readInput } from "./read-input.ts";
import { Refusal, usage } from "./refusal.ts";
import {
  checkSpec,
  mediaTypeOf,
  problemLists,
  withLines,
  type CheckedSpec,
  type ProblemList,
  type SpecFile,
} from "./spec-file.ts";
import { splitDocuments } from "./split-documents.ts";

/** The most specs of one change: the API's own bound. */
export const MAX_SPECS = 50;
/** Files of a folder that are specs; hidden ones, as editors leave them, are not. */
const SPEC_NAME = /^[^.].*\.(yaml|yml|json)$/;

/**
 * Read and check every spec that a file, a folder or standard input (`-`) holds, in the order of the files' names and then of the text;
 * another image is for a single one. Throws a `Refusal` (exit 2) that lists every problem of all of them with its line.
 */
export async function readSpecs(ctx: Context, path: string, image?: string): Promise<readonly SpecFile[]> {
  const texts = await textsOf(ctx, path);
  if (texts.length > MAX_SPECS)
    throw usage(
      `${inputName(path)} holds more than ${MAX_SPECS} specs, the most that one change takes`,
      "Deploy them in several changes, each of what belongs together",
    );
  if (image !== undefined && texts.length > 1)
    throw usage(
      `--image is for one spec, and ${inputName(path)} holds ${texts.length}`,
      "Write the images into the specs, or deploy the one that it is for:  -f FILE --image IMAGE",
    );
  const checked = texts.map(({ name, text, mediaType }) => checkSpec(name, text, mediaType, image));
  const files = checked.flatMap((one) => (one.ok ? [one.file] : []));
  const wrong = merged([...checked.filter((one) => !one.ok), ...sameNames(files)]);
  if (wrong.length > 0) throw problemLists(inOrderOf(texts, wrong));
  return files;
}

/** Do something with specs; what the broker finds wrong in them is shown with the lines of their own files. */
export async function withLinesOf<T>(
  ctx: Context,
  files: readonly SpecFile[],
  work: () => Promise<T>,
): Promise<T> {
  const [only, second] = files;
  if (only !== undefined && second === undefined) return withLines(ctx, only, work);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.code === "no-placement") {
      const { explainUnplaced } = await import("./unplaced.ts");
      throw explainUnplaced(error, ctx.stderr, files);
    }
    const wrong = merged(error.problems.map((problem) => inFile(files, problem)));
    // A problem of the body itself has no file: then the broker's own words say most.
    throw wrong.length === 0 || wrong.some(({ name }) => name === "") ? error : problemLists(wrong, error);
  }
}

interface SpecText {
  readonly name: string;
  readonly text: string;
  readonly mediaType: string;
}

async function textsOf(ctx: Context, path: string): Promise<readonly SpecText[]> {
  const names = await readFolder(ctx, path);
  if (names === undefined) return textsIn(ctx, path);
  const folder = path.replace(/(?<=.)\/+$/, "");
  const files = names.filter((name) => SPEC_NAME.test(name));
  if (files.length === 0)
    throw new Refusal(2, `${path} holds no spec: no file in it ends in .yaml, .yml or .json`, {
      next: "Folders in it are not searched. Write a first spec:  berth init",
    });
  const texts: SpecText[] = [];
  for (const file of files) {
    texts.push(...(await textsIn(ctx, folder === "/" ? `/${file}` : `${folder}/${file}`)));
    if (texts.length > MAX_SPECS) break;
  }
  return texts;
}

async function textsIn(ctx: Context, file: string): Promise<readonly SpecText[]> {
  const [whole, name, mediaType] = [await readInput(ctx, file), inputName(file), mediaTypeOf(file)];
  const documents = mediaType === "application/json" ? [] : splitDocuments(whole);
  // One document, or none, is read whole, and by the file's own name.
  if (documents.length < 2) return [{ name, text: documents[0]?.text ?? whole, mediaType }];
  return documents.map(({ number, text }) => ({ name: `${name}, document ${number}`, text, mediaType }));
}

/** A change names each workload once: every spec whose name an earlier one has, with the place of that one. */
function sameNames(files: readonly SpecFile[]): readonly ProblemList[] {
  const first = new Map<string, SpecFile>();
  return files.flatMap((file): readonly ProblemList[] => {
    const { name } = file.spec;
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, file);
      return [];
    }
    const message = `${name} is the name in ${earlier.name}, line ${earlier.lineOf("/name") ?? 1} too; give each spec a name of its own`;
    return [{ name: file.name, lineOf: file.lineOf, problems: [{ pointer: "/name", message }] }];
  });
}

/** `/specs/3/image` is `/image` of the fourth file; what is of no file has none. */
function inFile(
  files: readonly SpecFile[],
  problem: { readonly pointer: string; readonly message: string },
): ProblemList {
  const [, index = "", pointer = ""] = /^\/specs\/(\d{1,3})(\/.*)?$/.exec(problem.pointer) ?? [];
  const file = index === "" ? undefined : files[Number(index)];
  if (file === undefined) return { name: "", lineOf: NOWHERE, problems: [problem] };
  return { name: file.name, lineOf: file.lineOf, problems: [{ pointer, message: problem.message }] };
}

const NOWHERE: LineOf = () => undefined;

/** What is wrong in the same file is one list. */
function merged(lists: readonly (ProblemList | Extract<CheckedSpec, { readonly ok: false }>)[]) {
  const byName = new Map<string, ProblemList>();
  for (const { name, lineOf, problems } of lists)
    byName.set(name, { name, lineOf, problems: [...(byName.get(name)?.problems ?? []), ...problems] });
  return [...byName.values()];
}

function inOrderOf(texts: readonly SpecText[], lists: readonly ProblemList[]): readonly ProblemList[] {
  const at = (list: ProblemList) => texts.findIndex(({ name }) => name === list.name);
  return lists.toSorted((a, b) => at(a) - at(b));
}
