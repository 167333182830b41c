import { didYouMean } from "../../domain/did-you-mean.ts";
import type { Known } from "./environment.ts";
import { isNode, writtenBelow, type Node } from "./nodes.ts";
import type { Finding } from "./written-rules.ts";

/**
 * Where a checked expression asks `has()` of a field that cannot be: the library checks only the first name in it, and a slip there
 * would be an answer that is always false. Maps, such as labels, may have any key.
 */
export function absentFields(root: Node, known: Known): readonly Finding[] {
  const found: Finding[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const asked = askedOf(node);
    const finding = asked === undefined ? undefined : absent(asked, known);
    if (finding !== undefined) found.push(finding);
    open.push(...writtenBelow(node));
  }
  return found;
}

/** What `has()` is asked of, when the node is one. */
function askedOf({ op, args }: Node): Node | undefined {
  if (op !== "call" || !Array.isArray(args) || args[0] !== "has") return undefined;
  const [, given]: readonly unknown[] = args;
  const [asked]: readonly unknown[] = Array.isArray(given) ? given : [];
  return isNode(asked) ? asked : undefined;
}

function absent(asked: Node, known: Known): Finding | undefined {
  const names: string[] = [];
  let base = asked;
  while (base.op === "." && Array.isArray(base.args)) {
    const [object, name]: readonly unknown[] = base.args;
    if (!isNode(object)) return undefined;
    names.unshift(String(name));
    base = object;
  }
  let type = base.checkedType?.name;
  for (const name of names) {
    if (type === undefined || type === "dyn" || type.startsWith("map<")) return undefined;
    const fields = known.fields.get(type);
    if (fields === undefined) return { at: asked.start, message: `a ${type} has no fields, so none ${name}` };
    const next = fields.get(name);
    if (next === undefined) {
      const near = didYouMean(name, [...fields.keys()]);
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return { at: asked.start, message: `no such key: ${name}${hint}` };
    }
    type = next;
  }
  return undefined;
}
