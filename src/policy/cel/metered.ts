import { compilePattern } from "./linear-match.ts";
import type { Meter } from "./meter.ts";
import { childrenOf, isNode, type Evaluate, type Evaluator, type Node } from "./nodes.ts";
import { zonedPart } from "./zoned-part.ts";

/** Characters times states of a pattern that cost as much as one node. */
const MATCH_WORK = 50;

/**
 * Makes every node of a checked expression count its evaluations, its elements and the size of what it makes, and puts our own
 * `matches` and clock parts in place of the library's: its regular expressions may take for ever, its time zones follow the host's.
 */
export function metered(root: Node, meter: Meter): void {
  const seen = new Set<Node>();
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...childrenOf(node));
    countSteps(node, meter);
  }
  for (const node of seen) node.evaluate = counted(ownEvaluation(node, meter), meter);
}

function counted(evaluate: Evaluate, meter: Meter): Evaluate {
  return (evaluator, _node, context) => {
    meter.spend(1);
    const value = evaluate(evaluator, _node, context);
    meter.made(value);
    return value;
  };
}

// As the library's own `ASTNode.evaluate` chooses, without its habit of replacing this very method.
function ownEvaluation(node: Node, meter: Meter): Evaluate {
  const { alternate, macro } = node.meta;
  const ours = replaced(node, meter);
  if (ours !== undefined) return ours;
  if (alternate !== undefined)
    return (evaluator, _node, context) => alternate.evaluate(evaluator, alternate, context);
  if (macro !== undefined) return (evaluator, _node, context) => macro.evaluate(evaluator, macro, context);
  return (evaluator, _node, context) => node.meta.evaluate(evaluator, node, context);
}

// The step is not the node itself but stands for it, because the node may be written elsewhere in the tree, too.
function countSteps(node: Node, meter: Meter): void {
  if (node.op !== "comprehension" || typeof node.args !== "object" || node.args === null) return;
  const step: unknown = Reflect.get(node.args, "step");
  if (!isNode(step)) return;
  const evaluate: Evaluate = (evaluator, _step, context) => {
    meter.step();
    return step.evaluate(evaluator, step, context);
  };
  Reflect.set(node.args, "step", { evaluate });
}

function replaced(node: Node, meter: Meter): Evaluate | undefined {
  if (node.op !== "rcall" || !Array.isArray(node.args)) return undefined;
  const [method, receiver, given]: readonly unknown[] = node.args;
  const argument: unknown = Array.isArray(given) ? given[0] : undefined;
  if (!isNode(receiver) || !isNode(argument)) return undefined;
  if (method === "matches") return matching(receiver, argument, meter);
  const part = typeof method === "string" ? zonedPart(method) : undefined;
  if (part === undefined) return undefined;
  return (evaluator, _node, context) =>
    part(evaluator.run(receiver, context), evaluator.run(argument, context));
}

function matching(receiver: Node, argument: Node, meter: Meter): Evaluate | undefined {
  const matcher = typeof argument.args === "string" ? compilePattern(argument.args) : undefined;
  if (matcher === undefined || typeof matcher === "string") return undefined;
  return (evaluator: Evaluator, _node, context) => {
    const text = evaluator.run(receiver, context);
    if (typeof text !== "string") throw new TypeError("matches is a question about a text");
    meter.spend(Math.ceil((text.length * matcher.states) / MATCH_WORK));
    return matcher.test(text);
  };
}
