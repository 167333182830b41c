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
    return withPlainKeys(tree, document, (pointer) => lineIn(tree, lines, pointer));
  } catch (error) {
    return refuse([`is not JSON: ${String(error)}`]);
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
    return withPlainKeys(tree, document, (pointer) => lineIn(tree, lines, pointer));
  } catch (error) {
    // An alias before its anchor, aliases that multiply, or a nesting that exhausts the stack.
    return refuse([`cannot be read as YAML: ${String(error)}`]);
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

function withPlainKeys(tree: Document, document: unknown, lineOf: LineOf): ParsedDocument {
  const problems = keyProblems(tree);
  return problems.length > 0 ? { ok: false, problems, lineOf } : { ok: true, document, lineOf };
}

function keyProblems(tree: Document): readonly Problem[] {
  const problems: Problem[] = [];
  const stack: Visit[] = [{ node: tree.contents, path: [] }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { node, path } = visit;
    if (isSeq(node)) stack.push(...node.items.map((item, index) => ({ node: item, path: [...path, index] })));
    if (isMap(node)) stack.push(...membersOf(node, path, problems));
  }
  return problems.slice(0, MAX_SYNTAX_PROBLEMS);
}

interface Visit {
  readonly node: unknown;
  readonly path: readonly PropertyKey[];
}

function membersOf(map: YAMLMap, path: Visit["path"], problems: Problem[]): readonly Visit[] {
  const seen = new Set<string>();
  return map.items.map(({ key, value }) => {
    const name = keyText(key);
    const at = name === undefined ? path : [...path, name];
    if (name === undefined)
      problems.push({ pointer: pointerTo(at), message: "has a key that is not text; write text" });
    else if (seen.has(name)) problems.push({ pointer: pointerTo(at), message: "is given twice; remove one" });
    seen.add(name ?? "");
    return { node: value, path: at };
  });
}

function lineIn(tree: Document, lines: LineCounter, pointer: string): number | undefined {
  let node: unknown = tree.contents;
  let offset = offsetOf(node);
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
    return value === undefined ? undefined : { value, offset: offsetOf(value) };
  }
  // The last of two, so that a repeated key is shown where it is repeated.
  const pair = isMap(node) ? lastPair(node, key) : undefined;
  return pair && { value: pair.value, offset: offsetOf(pair.key) };
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function lastPair(map: YAMLMap, key: string): { readonly key: unknown; readonly value: unknown } | undefined {
  return map.items.findLast((pair) => keyText(pair.key) === key);
}

// Lists, objects, aliases and nothing at all may be keys in YAML, and have no place in JSON.
function keyText(key: unknown): string | undefined {
  const value = isScalar(key) ? key.value : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function refuse(messages: readonly string[]): ParsedDocument {
  return {
    ok: false,
    problems: messages.map((message) => ({ pointer: "", message })),
    lineOf: () => undefined,
  };
}
