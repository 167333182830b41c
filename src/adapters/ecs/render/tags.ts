import type { Unit } from "../../../domain/plan.ts";
import type { Owner } from "../../cloud-ports.ts";
import { MARK_PREFIX, markOf, readMark, tagsOf, type Mark } from "../../mark.ts";

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/**
 * The tags of everything made for a unit: the spec's labels and our mark. Without an owner (as `render` shows them) the mark lacks
 * the installation, which is only known where the call is sent.
 */
export function unitTags(unit: Unit, owner?: Owner): readonly Tag[] {
  const mark = tagsOf(markOf(unit, owner ?? { id: "", epoch: 0 }));
  const port = unit.template.route === undefined ? {} : { [PORT_KEY]: String(unit.template.route.port) };
  const all = { ...unit.template.labels, ...mark, ...port };
  return Object.entries(all)
    .filter(([key]) => owner !== undefined || !OWNER_KEYS.has(key))
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The mark in a list of tags as ECS gives it, or undefined where it is not whole. */
export function markIn(tags: Tags): Mark | undefined {
  return readMark(Object.fromEntries((tags ?? []).map(({ key = "", value = "" }) => [key, value])));
}

/** The port traffic goes to, which a service's own document does not say; undefined where nothing is routed. */
export function portIn(tags: Tags): number | undefined {
  const value = tags?.find(({ key }) => key === PORT_KEY)?.value;
  return value === undefined ? undefined : Number(value);
}

type Tags = readonly { readonly key?: string | undefined; readonly value?: string | undefined }[] | undefined;

/** Kept with the mark, so that a sweep over many services need not read each one's task definition. */
const PORT_KEY = `${MARK_PREFIX}port`;
const OWNER_KEYS: ReadonlySet<string> = new Set([`${MARK_PREFIX}installation`, `${MARK_PREFIX}epoch`]);
