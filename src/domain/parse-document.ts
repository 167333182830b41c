import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type YAMLMap,
} from "yaml";
import type { Problem } from "./fault.ts";
import { pathOf, pointerTo } from "./json-pointer.ts";
import { SEVERAL_DOCUMENTS, yamlBoundsProblem } from "./yaml-bounds.ts";

/** Largest text read, in UTF-8 bytes: the API's own limit for a body. */
export const MAX_DOCUMENT_BYTES = 262_144;
/** Most syntax errors and repeated keys reported of one text. */
const MAX_SYNTAX_PROBLEMS = 20;
/** The yaml package's own guard against aliases of aliases. */
const MAX_ALIAS_COUNT = 100;

/** The line, counted from 1, of a JSON pointer's field, or of its nearest parent; `undefined` where there is no text. */
export type LineOf = (pointer: string) => number | undefined;

export type ParsedDocument =
  | { readonly ok: true; readonly document: unknown; readonly lineOf: LineOf }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly lineOf: LineOf };

/** A JSON or YAML text as a value, with the line of each field. JSON when `contentType` says so, else YAML. Never throws. */
export function parseDocument(text: string, contentType: string): ParsedDocument {
  if (text.length > MAX_DOCUMENT_BYTES || new TextEncoder().encode(text).length > MAX_DOCUMENT_BYTES) {
    return refuse([`is larger than ${MAX_DOCUMENT_BYTES / 1_024} kB; make it smaller`]);
  }
  if (text.trim() === "") return refuse(["is empty; write a spec"]);
  const bare = text.startsWith("\ufeff") ? text.slice(1) : text;
  const bounds = yamlBoundsProblem(bare);
  if (bounds !== undefined) return refuse([bounds]);
  return /\bjson\b/i.test(contentType) ? parseJson(bare) : parseYaml(bare);
}

/** Problems as lines for a terminal, in the order of the text: `line 7   /resources/memmory   unknown field; did you mean memory?`. */
export function describeProblems(problems: readonly Problem[], lineOf: LineOf): readonly string[] {
  return problems
    .map(({ pointer, message }) => ({ line: lineOf(pointer), pointer, message }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, pointer, message }) => {
      const place = line === undefined ? [] : [`line ${line}`];
      return [...place, pointer === "" ? "the document" : pointer, message].join("   ");
    });
}

function parseJson(text: string): ParsedDocument {
  try {
    const document: unknown = JSON.parse(text);
    // JSON is YAML too, so the same tree tells lines and the repeated keys that JSON.parse passes over.
    const { tree, lines } = treeOf(text);
    return withoutRepeats(tree, document, (pointer) => lineIn(tree, lines, pointer));
  } catch (error) {
    return refuse([`is not JSON: ${sentenceOf(error)}`]);
  }
}

function parseYaml(text: string): ParsedDocument {
  try {
    const { tree, lines, count } = treeOf(text);
    if (count > 1) return refuse([SEVERAL_DOCUMENTS]);
    const wrong = [...tree.errors, ...tree.warnings].slice(0, MAX_SYNTAX_PROBLEMS);
    if (wrong.length > 0) {
      return refuse(
        wrong.map(({ message, pos }) => `line ${lines.linePos(pos[0]).line} is not YAML: ${message}`),
      );
    }
    const document: unknown = tree.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
    return withoutRepeats(tree, document, (pointer) => lineIn(tree, lines, pointer));
  } catch (error) {
    // An alias before its anchor, aliases that multiply, or a nesting that exhausts the stack.
    return refuse([`cannot be read as YAML: ${sentenceOf(error)}`]);
  }
}

function treeOf(text: string): { tree: Document; lines: LineCounter; count: number } {
  const lines = new LineCounter();
  // uniqueKeys compares each key with all before it; repeats are found below in linear time.
  const documents = parseAllDocuments(text, {
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "error",
  });
  const [tree] = documents;
  if (tree === undefined) throw new SyntaxError("it holds only comments");
  return { tree, lines, count: documents.length };
}

function withoutRepeats(tree: Document, document: unknown, lineOf: LineOf): ParsedDocument {
  const problems = repeatedKeys(tree);
  return problems.length > 0 ? { ok: false, problems, lineOf } : { ok: true, document, lineOf };
}

function repeatedKeys(tree: Document): readonly Problem[] {
  const problems: Problem[] = [];
  const stack: { node: unknown; path: readonly PropertyKey[] }[] = [{ node: tree.contents, path: [] }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { node, path } = visit;
    if (isSeq(node)) stack.push(...node.items.map((item, index) => ({ node: item, path: [...path, index] })));
    if (!isMap(node)) continue;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const at = [...path, keyText(key)];
      if (seen.has(keyText(key)) && problems.length < MAX_SYNTAX_PROBLEMS) {
        problems.push({ pointer: pointerTo(at), message: "is given twice; remove one" });
      }
      seen.add(keyText(key));
      stack.push({ node: value, path: at });
    }
  }
  return problems;
}

function lineIn(tree: Document, lines: LineCounter, pointer: string): number | undefined {
  let node: unknown = tree.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const key of pathOf(pointer)) {
    const found = stepInto(node, key);
    if (found === undefined) break;
    node = found.value;
    offset = found.offset ?? offset;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function stepInto(node: unknown, key: string): { value: unknown; offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const value: unknown = node.items[Number(key)];
    return isNode(value) ? { value, offset: value.range?.[0] } : undefined;
  }
  // The last of two, so that a repeated key is shown where it is repeated.
  const pair = isMap(node) ? lastPair(node, key) : undefined;
  return pair && { value: pair.value, offset: isNode(pair.key) ? pair.key.range?.[0] : undefined };
}

function lastPair(map: YAMLMap, key: string): { readonly key: unknown; readonly value: unknown } | undefined {
  return map.items.findLast((pair) => keyText(pair.key) === key);
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function refuse(messages: readonly string[]): ParsedDocument {
  return {
    ok: false,
    problems: messages.map((message) => ({ pointer: "", message })),
    lineOf: () => undefined,
  };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
