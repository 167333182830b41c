/** A node of a parsed expression, as far as we look into it (@marcbachmann/cel-js 8, lib/parser.js). */
export interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly meta: {
    readonly evaluate: Evaluate;
    /** What a macro such as `all` was rewritten to. */
    readonly alternate?: Node | undefined;
    /** A macro that evaluates itself, such as `has`. */
    readonly macro?: { readonly evaluate: Evaluate; readonly args?: unknown } | undefined;
  };
  readonly checkedType?: { readonly name: string } | undefined;
  evaluate: Evaluate;
}
export type Evaluate = (evaluator: Evaluator, node: unknown, context: unknown) => unknown;
export interface Evaluator {
  readonly run: (node: Node, context: unknown) => unknown;
}

/** Whether a value found in a node's arguments is itself a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "op" in value && "meta" in value;
}

/** The nodes directly below one, those a macro was rewritten to among them. */
export function childrenOf(node: Node): readonly Node[] {
  const { alternate, macro } = node.meta;
  return [...nodesIn(node.args), ...nodesIn(alternate), ...nodesIn(macro?.args)];
}

/** The nodes that the author wrote directly below one. */
export function writtenBelow(node: Node): readonly Node[] {
  return nodesIn(node.args);
}

function nodesIn(value: unknown): readonly Node[] {
  if (isNode(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return parts.flatMap((part) => (isNode(part) || Array.isArray(part) ? nodesIn(part) : []));
}
