import { Environment } from "@marcbachmann/cel-js";
import { MAX_CEL_DEPTH, MAX_CEL_NODES } from "./bounds.ts";
import { CHANGE_FACTS, OFFER_FACTS } from "./facts.ts";
import { register, type Fields, type FieldTypes, type Registered } from "./shape.ts";

/** What an expression is about: a place that is offered, or a change that is to happen. */
export type CelKind = "offer" | "change";

/** One kind's variables and types, known to the library. */
export interface Known {
  readonly cel: Environment;
  readonly variables: readonly string[];
  readonly fields: FieldTypes;
  /** One variable's plain value, as expressions see it. */
  readonly lift: (variable: string, value: unknown) => unknown;
}

/** The environment of a kind; made once, when it is first asked for. */
export function environmentOf(kind: CelKind): Known {
  const made = MADE.get(kind) ?? make(FACTS[kind]);
  MADE.set(kind, made);
  return made;
}

const FACTS: Readonly<Record<CelKind, Fields>> = { offer: OFFER_FACTS, change: CHANGE_FACTS };
const MADE = new Map<CelKind, Known>();

function make(facts: Fields): Known {
  const cel = new Environment({ limits: { maxDepth: MAX_CEL_DEPTH, maxAstNodes: MAX_CEL_NODES } });
  const fields = new Map<string, ReadonlyMap<string, string>>();
  const registered = new Map<string, Registered>();
  for (const [variable, shape] of Object.entries(facts)) {
    const known = register(cel, variable, shape, fields);
    registered.set(variable, known);
    cel.registerVariable(variable, known.type);
  }
  return {
    cel,
    variables: Object.keys(facts),
    fields,
    lift: (variable, value) => registered.get(variable)?.lift(value),
  };
}
