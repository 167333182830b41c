import type { Unit } from "../../domain/plan.ts";
import type { Owner } from "../cloud-ports.ts";
import { type Mark, markOf, readMark, tagsOf } from "../mark.ts";
import { isOurs, mayTouch } from "../ours.ts";

/** Names the resource that a secret was made for. */
export const RESOURCE_LABEL = "berth-resource";

/** The mark and the spec's own labels, as Google takes them. */
export function labelsOf(unit: Unit, owner: Owner): Readonly<Record<string, string>> {
  return { ...unit.template.labels, ...tagsOf(markOf(unit, owner)) };
}

/** The mark, when it is this installation's; the resources of others are not looked at. */
export function ownMark(labels: Readonly<Record<string, string>>, owner: Owner): Mark | undefined {
  const mark = readMark(labels);
  return isOurs(mark, owner) ? mark : undefined;
}

/** Passes for something of this unit that is to be changed; throws as `mayTouch` does for anything else. */
export function requireOwn(
  name: string,
  labels: Readonly<Record<string, string>>,
  unit: string,
  owner: Owner,
): void {
  mayTouch(name, readMark(labels), unit, owner);
}
