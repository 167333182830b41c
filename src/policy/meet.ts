import { Big } from "big.js";
import { canonicalJson } from "../domain/canonical-json.ts";
import { LAYERS, type LayerRef } from "../domain/layer.ts";

/** A rule's value, and the policies that say so. */
export interface Said<T> {
  readonly value: T;
  readonly by: readonly string[];
}

/** Both of two values where both are there, by `join`; all who spoke are named. */
export function both<T>(
  a: Said<T> | undefined,
  b: Said<T> | undefined,
  join: (a: T, b: T) => T,
): Said<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { value: join(a.value, b.value), by: together(a.by, b.by) };
}

/** The stricter of two values: the earlier in `order`. Only who says that one is named. */
export function stricter<T>(
  a: Said<T> | undefined,
  b: Said<T> | undefined,
  order: (a: T, b: T) => number,
): Said<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const difference = order(a.value, b.value);
  if (difference === 0) return { value: a.value, by: together(a.by, b.by) };
  return difference < 0 ? a : b;
}

/** An order by a list, strictest first. */
export const inOrder =
  <T>(strictestFirst: readonly T[]) =>
  (a: T, b: T): number =>
    strictestFirst.indexOf(a) - strictestFirst.indexOf(b);

/** An order of decimal amounts, the least first. */
export const leastFirst = (a: string, b: string): number => new Big(a).cmp(b);

/** What two lists have in common, in one order whichever came first. */
export function common<T extends string>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set(a.filter((entry) => b.includes(entry)))].sort();
}

/** As `common`, for regions: `eu-west-1` and `ecs/eu-west-1` speak of the same one, and the longer name is the narrower. */
export function commonRegions(a: readonly string[], b: readonly string[]): readonly string[] {
  const narrowest = (one: string, other: string): readonly string[] => {
    if (one === other || one.endsWith(`/${other}`)) return [one];
    return other.endsWith(`/${one}`) ? [other] : [];
  };
  const found = new Set(a.flatMap((one) => b.flatMap((other) => narrowest(one, other))));
  return [...found].filter((one) => !found.has(one.slice(one.indexOf("/") + 1)) || !one.includes("/")).sort();
}

/** Each of two lists' entries once, in one order whichever list came first. */
export function added<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  const all = new Map([...a, ...b].map((one) => [keyOf(one), one]));
  return [...all].sort(([one], [other]) => (one < other ? -1 : Number(one > other))).map(([, one]) => one);
}

// By layer first, widest first: that is how people read them.
function keyOf(one: unknown): string {
  const layer: LayerRef | undefined = Reflect.get(Object(one), "layer");
  return `${layer === undefined ? 0 : LAYERS.indexOf(layer.layer)}${canonicalJson(one)}`;
}

const together = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set([...a, ...b])].sort();
