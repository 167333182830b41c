import type { Problem } from "../../domain/fault.ts";
import { didYouMean } from "../../domain/did-you-mean.ts";
import { MAX_CEL_BYTES, MAX_CEL_CONSTANT_EVALUATIONS, MAX_CEL_NODES, MAX_PROGRAMS } from "./bounds.ts";
import { absentFields } from "./absent-fields.ts";
import { environmentOf, type CelKind, type Known } from "./environment.ts";
import { Meter } from "./meter.ts";
import { metered } from "./metered.ts";
import { neverEvaluated } from "./never-evaluated.ts";
import { isNode, type Node } from "./nodes.ts";
import { type Finding, findings, tooDeep, tooFar } from "./written-rules.ts";

/** An expression ready to be asked. It holds state while it runs, and is never run while it runs. */
export interface Program {
  readonly text: string;
  /** The answer for lifted values, or the sentence why there is none. */
  readonly run: (values: CelValues) => Answer;
  /**
   * What refuses it where it is written now: fields that cannot be, what can never be told, going further than an evaluation does.
   * Where it is kept already it is still asked, and its evaluations are stopped.
   */
  readonly slips: readonly Finding[];
}
/** Variables as expressions see them: `offer-values.ts` and `change-values.ts` make them. */
export type CelValues = Readonly<Record<string, unknown>>;
export type Answer =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly because: string };

/** A problem with its place in the expression, both from 1. */
export interface CelProblem extends Problem {
  readonly line: number;
  readonly column: number;
}
export type Compiled =
  | { readonly ok: true; readonly program: Program; readonly slips: readonly CelProblem[] }
  | { readonly ok: false; readonly problems: readonly CelProblem[] };

/**
 * An expression, checked: it parses, speaks of what there is, is true or false, and keeps every bound. Its problems carry `pointer`
 * and their line and column. The same text is compiled once.
 */
export function compileCel(text: string, kind: CelKind, pointer: string): Compiled {
  const key = `${kind} ${text}`;
  const known = PROGRAMS.get(key);
  if (known !== undefined) {
    PROGRAMS.delete(key);
    PROGRAMS.set(key, known);
    return compiled(known, pointer);
  }
  const made = compile(text, kind);
  if (!("text" in made)) return { ok: false, problems: made.map((found) => problem(text, found, pointer)) };
  PROGRAMS.set(key, made);
  for (const oldest of PROGRAMS.keys()) {
    if (PROGRAMS.size <= MAX_PROGRAMS) break;
    PROGRAMS.delete(oldest);
  }
  return compiled(made, pointer);
}

function compiled(program: Program, pointer: string): Compiled {
  const { text, slips } = program;
  return { ok: true, program, slips: slips.map((found) => problem(text, found, pointer)) };
}

const PROGRAMS = new Map<string, Program>();

function compile(text: string, kind: CelKind): Program | readonly Finding[] {
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > MAX_CEL_BYTES)
    return [{ at: 0, message: `it has ${bytes} bytes, and at most ${MAX_CEL_BYTES} are read` }];
  const known = environmentOf(kind);
  try {
    const parsed = known.cel.parse(text);
    if (!isNode(parsed.ast)) throw new Error("the CEL library gave a tree of another form");
    const root: Node = parsed.ast;
    const found = findings(root);
    if (found.length > 0) return found;
    const checked = parsed.check();
    if (!checked.valid) return [foundIn(checked.error, known)];
    if (checked.type !== "bool")
      return [{ at: root.start, message: `it must be true or false, and this is a ${checked.type}` }];
    const meter = new Meter();
    metered(root, meter);
    const slips = slipsOf(root, parsed, meter, known);
    return { text, run: (values) => run(parsed, values, meter, known), slips };
  } catch (error) {
    return [foundIn(error, known)];
  }
}

function slipsOf(
  root: Node,
  evaluate: (values: CelValues) => unknown,
  meter: Meter,
  known: Known,
): readonly Finding[] {
  const far = tooFar(root);
  if (far !== undefined) return [far];
  meter.reset(MAX_CEL_CONSTANT_EVALUATIONS);
  const evaluated = (constant: Node): unknown => {
    const whole = root.evaluate;
    // The library evaluates the root only: for once, the part stands for it.
    root.evaluate = (evaluator, node, context) =>
      constant === root ? whole(evaluator, node, context) : evaluator.run(constant, context);
    try {
      return evaluate({});
    } finally {
      root.evaluate = whole;
    }
  };
  // What takes too long to be found out now only its evaluation shows.
  const never = neverEvaluated(root, evaluated, (error, near) =>
    meter.over === undefined ? foundIn(error, known, near.start) : undefined,
  );
  return [...absentFields(root, known), ...never].sort((a, b) => a.at - b.at);
}

function run(
  evaluate: (values: CelValues) => unknown,
  values: CelValues,
  meter: Meter,
  known: Known,
): Answer {
  meter.reset();
  // An expression may swallow the error of a bound, as `||` does; the meter does not forget, and throws again one node further up.
  try {
    const value = evaluate(values);
    return typeof value === "boolean"
      ? { ok: true, value }
      : { ok: false, because: "it came out neither true nor false" };
  } catch (error) {
    return { ok: false, because: meter.over ?? foundIn(error, known).message };
  }
}

// Errors of the library carry a code, a summary and a range; anything else is a bound of the engine, such as a text too long.
function foundIn(error: unknown, known: Known, near = 0): Finding {
  const [code, summary, node]: readonly unknown[] = ["code", "summary", "node"].map((field) =>
    Reflect.get(Object(error), field),
  );
  const start: unknown = Reflect.get(Object(Reflect.get(Object(error), "range")), "start");
  const at = typeof start === "number" ? start : near;
  const said = typeof summary === "string" ? summary : error instanceof Error ? error.message : String(error);
  if (code === "limit_exceeded") return { at, message: limitSentence(said) };
  const meant = isNode(node) ? nearest(String(code), node, known) : undefined;
  return { at, message: meant === undefined ? sentence(said) : `${sentence(said)}; did you mean ${meant}?` };
}

function limitSentence(said: string): string {
  if (said.includes("maxDepth")) return tooDeep;
  return said.includes("maxAstNodes")
    ? `it has more than ${MAX_CEL_NODES} nodes: take it apart into several rules`
    : sentence(said);
}

const sentence = (said: string): string => said.slice(0, 1).toLowerCase() + said.slice(1);

function nearest(code: string, node: Node, known: Known): string | undefined {
  if (code === "unknown_variable") return didYouMean(String(node.args), known.variables);
  if (code !== "no_such_key" || !Array.isArray(node.args)) return undefined;
  const [object, key]: readonly unknown[] = node.args;
  const field = isNode(key) ? key.args : key;
  const type = isNode(object) ? object.checkedType?.name : undefined;
  const fields = [...(known.fields.get(type ?? "")?.keys() ?? [])];
  // A field that is known and absent is no slip.
  return typeof field !== "string" || fields.includes(field) ? undefined : didYouMean(field, fields);
}

function problem(text: string, { at, message }: Finding, pointer: string): CelProblem {
  const before = text.slice(0, at).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { pointer, message: `line ${line}, column ${column}: ${message}`, line, column };
}
