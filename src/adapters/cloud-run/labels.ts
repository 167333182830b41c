import type { Unit } from "../../domain/plan.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Owner } from "../cloud-ports.ts";
import { type Mark, markOf, readMark, tagsOf } from "../mark.ts";

/** Names the resource that a secret was made for. */
export const RESOURCE_LABEL = "berth-resource";

/** The mark and the spec's own labels, as Google takes them. */
export function labelsOf(unit: Unit, owner: Owner): Readonly<Record<string, string>> {
  return { ...unit.template.labels, ...tagsOf(markOf(unit, owner)) };
}

/** The mark, when it is this installation's; the resources of others are not looked at. */
export function ownMark(labels: Readonly<Record<string, string>>, owner: Owner): Mark | undefined {
  const mark = readMark(labels);
  return mark?.installation === owner.id.toLowerCase() ? mark : undefined;
}

/**
 * The mark of something that is to be changed. Throws `AdapterError`: "conflict" when it is not this unit's, "denied" when a later
 * epoch made it, for then this database is an older copy and must not write.
 */
export function requireOwn(
  name: string,
  labels: Readonly<Record<string, string>>,
  unit: string,
  owner: Owner,
): Mark {
  const mark = ownMark(labels, owner);
  if (mark?.unit !== unit)
    throw new AdapterError(
      "conflict",
      `${name} exists already and does not carry this unit's mark: Berth leaves it alone. Remove or rename it.`,
    );
  if (mark.epoch > owner.epoch)
    throw new AdapterError(
      "denied",
      `${name} was made by a later state of this installation (epoch ${mark.epoch}, here ${owner.epoch}): this database is an older copy and does not write.`,
    );
  return mark;
}
