import type { Owner } from "../cloud-ports.ts";
import { type Mark, readMark } from "../mark.ts";
import { isOurs, mayTouch } from "../ours.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import { REPLICA_TAG, REPLICAS_TAG } from "./render/group.ts";

/** The mark of a group that this installation has made, at whatever epoch; undefined for anybody else's. */
export function ourMark(group: ArmGroup, owner: Owner): Mark | undefined {
  const mark = readMark(tagsIn(group));
  return isOurs(mark, owner) ? mark : undefined;
}

/** Throws unless a group is of this unit, and not made by a newer copy of this database. It is never touched then. */
export function refuseForeign(group: ArmGroup, unit: string, owner: Owner): void {
  mayTouch(`The container group ${group.name ?? ""}`, readMark(tagsIn(group)), unit, owner);
}

/** Which replica a group is; undefined for a job's. */
export const replicaIn = (group: ArmGroup): number | undefined => wholeNumber(tagsIn(group)[REPLICA_TAG]);
/** How many replicas a unit has ever had, as its first group knows. */
export const replicasIn = (group: ArmGroup): number => wholeNumber(tagsIn(group)[REPLICAS_TAG]) ?? 1;

const wholeNumber = (text = ""): number | undefined => (/^\d{1,4}$/.test(text) ? Number(text) : undefined);
