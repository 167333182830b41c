import { localMinute } from "../../domain/local-time.ts";
import { isNode, writtenBelow, type Node } from "./nodes.ts";
import { COMPREHENSIONS, type Finding } from "./written-rules.ts";

/** The value of a part of an expression that names nothing from outside; throws where it has none. */
export type Evaluated = (constant: Node) => unknown;

/**
 * Where an expression holds what is the same whatever it is asked about, and can never be told: a time that does not exist, a division
 * by 0, a whole number that CEL has no room for. `sentence` puts what was thrown into words, with its place; undefined where that
 * is no fault of the expression.
 */
export function neverEvaluated(
  root: Node,
  evaluated: Evaluated,
  sentence: (error: unknown, near: Node) => Finding | undefined,
): readonly Finding[] {
  const values = new Map<Node, unknown>();
  const found: Finding[] = [];
  for (const constant of constantsOf(root).maximal) {
    try {
      values.set(constant, evaluated(constant));
    } catch (error) {
      const said = sentence(error, constant);
      if (said !== undefined) found.push({ ...said, message: `${said.message}: it can never be told` });
    }
  }
  const open: { readonly node: Node; readonly negated: boolean }[] = [{ node: root, negated: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, negated } = next;
    found.push(...tooLarge(node, negated), ...byNothing(node, values), ...nowhere(node, values));
    for (const below of writtenBelow(node)) open.push({ node: below, negated: node.op === "-_" });
  }
  return found;
}

/** CEL's whole numbers have 64 bits (cel-spec, "Values"). */
const MAX_INT = 2n ** 63n - 1n;

// The least one is written as the negation of one that there is not.
function tooLarge({ op, args, start }: Node, negated: boolean): readonly Finding[] {
  if (op !== "value" || typeof args !== "bigint" || args <= MAX_INT + (negated ? 1n : 0n)) return [];
  return [{ at: start, message: `whole numbers go to ${MAX_INT}, and ${args} is larger` }];
}

function byNothing({ op, args, start }: Node, values: ReadonlyMap<Node, unknown>): readonly Finding[] {
  if ((op !== "/" && op !== "%") || !Array.isArray(args)) return [];
  const [, divisor]: readonly unknown[] = args;
  if (!isNode(divisor) || values.get(divisor) !== 0n) return [];
  return [{ at: start, message: "it divides by 0, which is an error for whole numbers" }];
}

// The clock's methods with a time zone; a zone that is made up as it runs only the evaluation shows.
function nowhere({ op, args }: Node, values: ReadonlyMap<Node, unknown>): readonly Finding[] {
  if (op !== "rcall" || !Array.isArray(args) || !String(args[0]).startsWith("get")) return [];
  const [zone]: readonly unknown[] = Array.isArray(args[2]) ? args[2] : [];
  const name = isNode(zone) ? values.get(zone) : undefined;
  if (!isNode(zone) || typeof name !== "string") return [];
  try {
    localMinute(0, name);
    return [];
  } catch {
    const said = `there is no time zone ${name}; write one of the IANA database, such as UTC or Europe/Berlin`;
    return [{ at: zone.start, message: said }];
  }
}

interface Constants {
  /** Names it has from outside: variables, and loops' around it. */
  readonly names: ReadonlySet<string>;
  /** Its largest parts that name nothing from outside; itself, when it does not. */
  readonly maximal: readonly Node[];
}

function constantsOf(node: Node): Constants {
  if (node.op === "id") return { names: new Set([String(node.args)]), maximal: [] };
  const bound = boundIn(node);
  const below = writtenBelow(node)
    .filter((one) => one !== bound)
    .map(constantsOf);
  const own = bound === undefined ? undefined : String(bound.args);
  const names = new Set(
    below.flatMap((one, index) => [...one.names].filter((name) => index === 0 || name !== own)),
  );
  return { names, maximal: names.size === 0 ? [node] : below.flatMap(({ maximal }) => maximal) };
}

// The name that all, exists and their like give each element; it stands first after the list that is gone through.
function boundIn({ op, args }: Node): Node | undefined {
  if (op !== "rcall" || !Array.isArray(args) || !COMPREHENSIONS.has(String(args[0]))) return undefined;
  const [first]: readonly unknown[] = Array.isArray(args[2]) ? args[2] : [];
  return isNode(first) ? first : undefined;
}
