import type { Call } from "../adapter.ts";
import type { Owner } from "../cloud-ports.ts";
import type { ArmGroup } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { inTurns } from "../in-turns.ts";
import { ourMark, replicasIn } from "./ours.ts";
import { groupName } from "./render/group.ts";

/** More replicas than this no unit has (the spec's own limit), so nobody reads further. */
export const MOST_REPLICAS = 1_000;

/**
 * Every group of one unit, read by name: those a list shows and those it does not show yet. The unit's first group knows how many there
 * have ever been, and it is the first to be made and the last to go.
 */
export async function groupsOf(
  { api }: Pick<AciContext, "api">,
  unit: { readonly id: string; readonly name: string },
  listed: readonly ArmGroup[],
  owner: Owner,
  call: Call,
): Promise<ReadonlyMap<string, ArmGroup>> {
  const found = new Map<string, ArmGroup>();
  const read = async (name: string) => {
    const group = await api.get(name, call);
    if (group !== undefined) found.set(name, group);
  };
  const first = groupName(unit.name, 0);
  await read(first);
  const anchor = found.get(first);
  const known = anchor === undefined ? 0 : Math.min(MOST_REPLICAS, replicasIn(anchor));
  const names = new Set([
    ...Array.from({ length: known }, (_, replica) => groupName(unit.name, replica)),
    ...listed.flatMap((group) => (ourMark(group, owner)?.unit === unit.id ? [group.name ?? first] : [])),
  ]);
  names.delete(first);
  await inTurns([...names], read);
  return found;
}
