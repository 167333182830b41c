import { AdapterError } from "../../domain/fault.ts";
import type { Owner } from "../cloud-ports.ts";
import { type Mark, readMark } from "../mark.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import { REPLICA_TAG, REPLICAS_TAG } from "./render/group.ts";

/** The mark of a group that this installation has made, at whatever epoch; undefined for anybody else's. */
export function ourMark(group: ArmGroup, owner: Owner): Mark | undefined {
  const mark = readMark(tagsIn(group));
  return mark?.installation === owner.id.toLowerCase() ? mark : undefined;
}

/** Throws unless a group is of this unit, and not made by a newer copy of this database. It is never touched then. */
export function refuseForeign(group: ArmGroup, unit: string, owner: Owner): void {
  const mark = ourMark(group, owner);
  if (mark?.unit !== unit)
    throw new AdapterError(
      "conflict",
      `A container group ${group.name ?? ""} is there already and is not of this unit; it is left alone. Rename it or remove it.`,
    );
  refuseNewer(mark, owner);
}

/** Throws when something was made by a newer copy of this database: then this one is history and must not write. */
export function refuseNewer(mark: Mark, owner: Owner): void {
  if (mark.epoch > owner.epoch)
    throw new AdapterError(
      "denied",
      `Unit ${mark.unit} was made at epoch ${mark.epoch} and this database is at ${owner.epoch}: it is an older copy and changes nothing. Run the newer one, or raise the epoch of this.`,
    );
}

/** Which replica a group is; undefined for a job's. */
export const replicaIn = (group: ArmGroup): number | undefined => wholeNumber(tagsIn(group)[REPLICA_TAG]);
/** How many replicas a unit has ever had, as its first group knows. */
export const replicasIn = (group: ArmGroup): number => wholeNumber(tagsIn(group)[REPLICAS_TAG]) ?? 1;

const wholeNumber = (text = ""): number | undefined => (/^\d{1,4}$/.test(text) ? Number(text) : undefined);
