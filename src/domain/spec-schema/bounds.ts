import type { Problem } from "../fault.ts";
import { pointerTo } from "../json-pointer.ts";
import { MAX_DEPTH, MAX_KEY_CHARS, MAX_PROBLEMS, MAX_TEXT_CHARS, MAX_VALUES } from "./limits.ts";

/** Names that reach into the prototype of JavaScript objects; no field, variable or label needs them. */
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** What a walk over a document found. With `fatal`, reading further would be a waste or a danger. */
export interface Bounds {
  readonly problems: readonly Problem[];
  readonly fatal: boolean;
}

interface Visit {
  readonly value: unknown;
  readonly path: readonly (string | number)[];
}

/** Walks any value without recursion and finds what no spec may hold: depth, size, keys and characters. */
export function boundsOf(document: unknown): Bounds {
  const problems: Problem[] = [];
  const stack: Visit[] = [{ value: document, path: [] }];
  let values = 0;
  let textChars = 0;
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    values += 1;
    textChars += typeof visit.value === "string" ? visit.value.length : 0;
    const tooMuch = sizeProblem(visit, values, textChars);
    if (tooMuch !== undefined) return { problems: [tooMuch], fatal: true };
    const found = ownProblem(visit);
    if (found !== undefined && problems.length < MAX_PROBLEMS) problems.push(found);
    // Counted before they are pushed, so that one list of a million values is not copied first.
    if (childCount(visit.value) > MAX_VALUES) return { problems: [tooManyValues()], fatal: true };
    stack.push(...children(visit));
  }
  return { problems, fatal: false };
}

function sizeProblem({ path }: Visit, values: number, textChars: number): Problem | undefined {
  if (path.length > MAX_DEPTH) {
    return {
      pointer: pointerTo(path.slice(0, MAX_DEPTH)),
      message: `nested deeper than ${MAX_DEPTH} levels; flatten it`,
    };
  }
  if (values > MAX_VALUES) return tooManyValues();
  const key = path.at(-1);
  if (typeof key === "string" && key.length > MAX_KEY_CHARS) {
    return {
      pointer: pointerTo(path.slice(0, -1)),
      message: `holds a key of more than ${MAX_KEY_CHARS} characters`,
    };
  }
  return textChars > MAX_TEXT_CHARS
    ? { pointer: "", message: `all texts together have at most ${MAX_TEXT_CHARS} characters` }
    : undefined;
}

function ownProblem({ value, path }: Visit): Problem | undefined {
  const key = path.at(-1);
  const pointer = pointerTo(path);
  if (typeof key === "string" && FORBIDDEN_KEYS.has(key))
    return { pointer, message: `the name ${key} is not allowed; choose another` };
  if (typeof key === "string" && !isCleanText(key))
    return { pointer, message: "the name holds a null or broken character" };
  if (typeof value === "string" && !isCleanText(value))
    return { pointer, message: "holds a null or broken character; remove it" };
  return isJsonKind(value)
    ? undefined
    : { pointer, message: "is not JSON; write text, a number, true, false, a list or an object" };
}

function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

function isJsonKind(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return !["function", "symbol", "bigint"].includes(typeof value);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function childCount(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

function children({ value, path }: Visit): readonly Visit[] {
  if (Array.isArray(value))
    return value.map((item: unknown, index) => ({ value: item, path: [...path, index] })).reverse();
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .map(([key, member]: [string, unknown]) => ({ value: member, path: [...path, key] }))
    .reverse();
}

function tooManyValues(): Problem {
  return { pointer: "", message: `a document has at most ${MAX_VALUES} values; make it smaller` };
}
