import { canonicalJson } from "../domain/canonical-json.ts";
import type { Problem } from "../domain/fault.ts";
import { conflicts } from "./contradictions.ts";
import type { PolicyWorld } from "./declared.ts";
import type { Layer } from "./layer.ts";
import { layered } from "./layers.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import type { PolicyRules } from "./policy-rules.ts";

/** What a document says that a layer above it leaves no place with. */
export interface ContradictionAbove {
  /** The pointer is into the document; the message names who else says what. */
  readonly problem: Problem;
  /** The same for the same values on both sides. */
  readonly key: string;
}

/**
 * Where a document and the layers above it leave no place, or too few, each with the fewest fields of both that do. What the layers
 * above contradict among themselves is not told, and neither is what the document leaves no place with alone.
 */
export function contradictionsAbove(
  own: Layer,
  above: readonly Layer[],
  world: PolicyWorld,
): readonly ContradictionAbove[] {
  const all = effective([...above.flatMap(partsOf), ...partsOf(own)]);
  const base = baseOf(all);
  const together = (parts: readonly Part[]): readonly Problem[] =>
    conflicts(layered(parts.map(alone), base), world);
  const found: ContradictionAbove[] = [];
  let parts = all;
  for (let round = 0; round < MAX_ROUNDS && together(parts).length > 0; round += 1) {
    const few = fewest(parts, (some) => together(some).length > 0);
    const mine = few.filter(({ layer }) => layer === own);
    const others = few.filter(({ layer }) => layer !== own);
    if (mine.length > 0 && others.length > 0) found.push(contradiction(mine, others, together(few)));
    // Without one of them the rest is looked at: it may hold another contradiction.
    const gone = mine[0] ?? others[0];
    parts = parts.filter((part) => part !== gone);
  }
  return found;
}

/** Most contradictions looked for; a document has fewer fields. */
const MAX_ROUNDS = 20;

/** Fields that can leave no place by what they say; expressions and caps are judged of offers alone. */
const FIELDS = [
  "providers",
  "targets",
  "regions",
  "jurisdictions",
  "registries",
  "arch",
  "spot",
  "tiers",
  "spread",
] as const satisfies readonly (keyof PolicyRules)[];

/** One field of one layer. */
interface Part {
  readonly layer: Layer;
  readonly field: (typeof FIELDS)[number];
}

const partsOf = (layer: Layer): readonly Part[] =>
  FIELDS.filter((field) => layer.rules[field] !== undefined).map((field) => ({ layer, field }));

const alone = ({ layer: { ref, rules }, field }: Part): Layer => ({ ref, rules: { [field]: rules[field] } });

// Of spreads the most specific counts: another one must not come up when that is left out.
function effective(parts: readonly Part[]): readonly Part[] {
  const last = parts.findLast(({ field }) => field === "spread");
  return parts.filter((part) => part.field !== "spread" || part === last);
}

// Where any layer speaks of Spot the default does not, not even when that layer is left out.
function baseOf(parts: readonly Part[]): Policy {
  return parts.some(({ field }) => field === "spot") ? { ...DEFAULT_POLICY, spot: "allow" } : DEFAULT_POLICY;
}

// Halves are left out before quarters, so that few of many are found in few tries.
function fewest(parts: readonly Part[], contradict: (some: readonly Part[]) => boolean): readonly Part[] {
  let kept = parts;
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < kept.length;) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (contradict(without)) kept = without;
      else from += size;
    }
  return kept;
}

function contradiction(
  mine: readonly Part[],
  others: readonly Part[],
  [told]: readonly Problem[],
): ContradictionAbove {
  const fields = mine.map(({ field }) => field);
  const own = fields.some((field) => told?.pointer.split("/")[1] === field);
  const pointer = own && told !== undefined ? told.pointer : `/${fields[0]}`;
  const places = [...mine, ...others].some(({ field }) => field === "spread") ? "too few places" : "no place";
  const said = others.map(saidBy).join(", and ");
  const message = `${said}: together with ${fields.join(" and ")} here that leaves ${places}; change ${fields.join(" or ")}, or have an administrator of the instance change that policy`;
  const key = canonicalJson({ message, mine: mine.map(({ layer, field }) => layer.rules[field]) });
  return { problem: { pointer, message }, key };
}

const saidBy = ({ layer: { ref, rules }, field }: Part): string =>
  `${ref.layer} policy ${ref.name} says ${field}: ${valueOf(rules[field])}`;

function valueOf(value: PolicyRules[Part["field"]]): string {
  const text =
    Array.isArray(value) && value.every((one) => typeof one === "string")
      ? value.join(", ")
      : typeof value === "string"
        ? value
        : canonicalJson(value);
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)}...` : text;
}

/** Most characters of another policy's value in a sentence. */
const MAX_VALUE_CHARS = 200;
