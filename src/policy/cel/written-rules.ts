import { didYouMean } from "../../domain/did-you-mean.ts";
import { MAX_CEL_DEPTH, MAX_CEL_STEPS } from "./bounds.ts";
import { compilePattern } from "./linear-match.ts";
import { isNode, writtenBelow, type Node } from "./nodes.ts";

/** A place in an expression and what is wrong there. */
export interface Finding {
  readonly at: number;
  readonly message: string;
}

/** What is wrong with an expression that parses: functions nobody may call, patterns that cannot be followed, too deep a nesting. */
export function findings(root: Node): readonly Finding[] {
  const found: Finding[] = [];
  const open: { readonly node: Node; readonly depth: number }[] = [{ node: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth > MAX_CEL_DEPTH) return [{ at: node.start, message: tooDeep }];
    found.push(...findingsOf(node));
    for (const [index, below] of writtenBelow(node).entries())
      open.push({ node: below, depth: deepens(node, index) ? depth + 1 : depth });
  }
  return found.sort((a, b) => a.at - b.at);
}

/** Where lists written out within each other have more elements together than one evaluation looks at; undefined where none have. */
export function tooFar(root: Node): Finding | undefined {
  const open: Visit[] = [{ node: root, times: 1, steps: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, times } = next;
    const elements = writtenElements(node);
    const steps = next.steps + times * elements;
    if (steps > MAX_CEL_STEPS) return { at: node.start, message: tooManySteps(steps) };
    for (const [index, below] of writtenBelow(node).entries())
      open.push({
        node: below,
        // What is gone through is there once; what is asked of each element as often as there are elements.
        times: index > 0 ? times * Math.max(1, elements) : times,
        steps,
      });
  }
  return undefined;
}

interface Visit {
  readonly node: Node;
  /** How often it may be evaluated, as far as lists written out say so. */
  readonly times: number;
  /** Elements that those around it look at together. */
  readonly steps: number;
}

// How long any other list is only the evaluation shows: there the meter counts.
function writtenElements({ op, args }: Node): number {
  if (op !== "rcall" || !Array.isArray(args) || !COMPREHENSIONS.has(String(args[0]))) return 0;
  const over: unknown = args[1];
  return isNode(over) && over.op === "list" && Array.isArray(over.args) ? over.args.length : 0;
}
/** Methods that go through a list with a name for its elements. */
export const COMPREHENSIONS = new Set(["all", "exists", "exists_one", "map", "filter"]);

const tooManySteps = (steps: number): string =>
  `it may look at ${steps} elements, and at most ${MAX_CEL_STEPS} are looked at: take it apart into several rules`;

/** What is said of an expression that is nested too deep. */
export const tooDeep = `it is nested deeper than ${MAX_CEL_DEPTH} levels: take it apart into several rules`;

// A chain such as a && b && c is one level however long it is: only its right-hand sides go down.
function deepens({ op }: Node, index: number): boolean {
  return index > 0 || !CHAINS.has(op);
}
const CHAINS = new Set(["&&", "||", "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in"]);

function findingsOf(node: Node): readonly Finding[] {
  if (node.op === "id" && FORBIDDEN_NAMES.has(String(node.args)))
    return [{ at: node.start, message: `there is no ${String(node.args)} here` }];
  if (!Array.isArray(node.args)) return [];
  const name = String(node.args[0]);
  if (node.op === "call" && !FUNCTIONS.has(name))
    return [{ at: node.start, message: `there is no function ${name}; ${instead(name, FUNCTIONS)}` }];
  if (node.op !== "rcall") return [];
  if (!METHODS.has(name))
    return [{ at: node.start, message: `there is no method ${name}; ${instead(name, METHODS)}` }];
  return name === "matches" ? patternFindings(node.args[2]) : [];
}

function instead(name: string, known: ReadonlySet<string>): string {
  const near = didYouMean(name, [...known]);
  return near === undefined ? "docs/policy.md lists those there are" : `did you mean ${near}?`;
}

function patternFindings(given: unknown): readonly Finding[] {
  const [pattern]: readonly unknown[] = Array.isArray(given) ? given : [];
  if (!isNode(pattern)) return [];
  if (pattern.op !== "value" || typeof pattern.args !== "string")
    return [{ at: pattern.start, message: "the pattern of matches must be written out as a text" }];
  const matcher = compilePattern(pattern.args);
  return typeof matcher === "string" ? [{ at: pattern.start, message: matcher }] : [];
}

/** The library's own constants: types and helpers that rules have no use for. */
const FORBIDDEN_NAMES = new Set(["cel", "google"]);
const FUNCTIONS = new Set(["has", "size", "int", "double", "string", "bool", "timestamp", "duration"]);
const METHODS = new Set([
  "all",
  "exists",
  "exists_one",
  "map",
  "filter",
  "size",
  "contains",
  "startsWith",
  "endsWith",
  "matches",
  "lowerAscii",
  "upperAscii",
  "trim",
  "split",
  "join",
  "indexOf",
  "lastIndexOf",
  "substring",
  "getFullYear",
  "getMonth",
  "getDate",
  "getDayOfMonth",
  "getDayOfWeek",
  "getHours",
  "getMinutes",
  "getSeconds",
]);
