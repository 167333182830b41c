import { AdapterError } from "../../domain/fault.ts";
import type { Call, UnitRef } from "../adapter.ts";
import type { AciApi } from "./api.ts";
import type { ArmGroup } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { groupsOf } from "./find.ts";
import { inTurns } from "../in-turns.ts";
import { refuseOlderCopy } from "../ours.ts";
import { ourMark } from "./ours.ts";
import { isEnding } from "./phase.ts";
import { groupName } from "./render/group.ts";

/**
 * Removes every group of a unit, those of its runs too, the first one last; "gone" only when a read by name and a whole list show none.
 * What somebody else made under such a name is left alone.
 */
export async function destroyUnit(context: AciContext, ref: UnitRef, call: Call): Promise<"gone" | "going"> {
  const owner = await context.ports.installation();
  const found = await groupsOf(context, ref, await context.api.list(call), owner, call);
  const ours = [...found].flatMap(([name, group]) => {
    const mark = ourMark(group, owner);
    if (mark?.unit !== ref.id) return [];
    refuseOlderCopy(`The container group ${group.name ?? ref.name}`, mark, owner);
    return [{ name, group }];
  });
  if (ours.length === 0) return "gone";
  const first = groupName(ref.name, 0);
  const others = ours.filter(({ name }) => name !== first);
  const ends = await inTurns(
    others.length > 0 ? others : ours,
    async ({ name, group }) => await end(context.api, name, group, call),
  );
  // The first one goes when nothing is left to be found through it.
  return others.length === 0 && ends.every((one) => one === "gone") ? "gone" : "going";
}

/** Asks for the end of one group and reads whether it is gone. Azure refuses while it still makes the group: then it is asked again. */
export async function end(api: AciApi, name: string, group: ArmGroup, call: Call): Promise<"gone" | "going"> {
  if (isEnding(group)) return "going";
  try {
    await api.remove(name, call);
  } catch (error) {
    if (error instanceof AdapterError && error.kind === "conflict") return "going";
    throw error;
  }
  return (await api.get(name, call)) === undefined ? "gone" : "going";
}
