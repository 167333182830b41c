import type { Observation } from "../../domain/observation.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Call } from "../adapter.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { groupsOf } from "./find.ts";
import { inTurns } from "../in-turns.ts";
import { observationOf } from "./observe.ts";
import { refuseForeign, replicaIn, replicasIn } from "./ours.ts";
import { filled, fillingOf } from "./render/fill.ts";
import { groupName, replicaGroup, REPLICAS_TAG, replicasOf } from "./render/group.ts";

/**
 * Makes a unit's groups be there, as many as it has replicas: missing ones are made, surplus ones go from the end, and one that is there
 * is never sent again, for that would restart its containers. Nothing waits for Azure to finish.
 */
export async function applyUnit(context: AciContext, unit: Unit, call: Call): Promise<Observation> {
  const { api, ports } = context;
  const owner = await ports.installation();
  const wanted = replicasOf(unit);
  const documents = Array.from({ length: wanted }, (_, replica) => replicaGroup(unit, replica));
  const there = await groupsOf(context, unit, await api.list(call), owner, call);
  for (const group of there.values()) refuseForeign(group, unit.id, owner);

  const missing = documents.flatMap((group, replica) => {
    const name = groupName(unit.name, replica);
    return there.has(name) ? [] : [{ name, group, replica }];
  });
  const made: ArmGroup[] = [];
  if (missing.length > 0) {
    const filling = await fillingOf(ports, unit, owner, call);
    const create = async ({ name, group }: (typeof missing)[number]) => {
      made.push(await api.create(name, filled(group, filling), call));
    };
    await raiseCount(context, unit, there, wanted, call);
    // The first group is the one that later finds all others, so it is there before them.
    const [first, ...others] = missing;
    if (first !== undefined) await create(first);
    await inTurns(others, create);
  }
  const surplus = [...there].filter(
    ([, group]) => (replicaIn(group) ?? 0) >= wanted && group.properties.provisioningState !== "Deleting",
  );
  const fromTheEnd = surplus.toSorted(([, a], [, b]) => (replicaIn(b) ?? 0) - (replicaIn(a) ?? 0));
  await inTurns(fromTheEnd, async ([name]) => await api.remove(name, call));
  const gone = new Set(surplus.map(([name]) => name));
  const staying = [...there].flatMap(([name, group]) => (gone.has(name) ? [] : [group]));
  return observationOf(unit.id, [...staying, ...made], [], ports.now());
}

// Said before there are more: whoever removes the unit must know how far to look, even if this process ends here.
async function raiseCount(
  { api }: AciContext,
  unit: Unit,
  there: ReadonlyMap<string, ArmGroup>,
  wanted: number,
  call: Call,
): Promise<void> {
  const name = groupName(unit.name, 0);
  const first = there.get(name);
  if (first === undefined || replicasIn(first) >= wanted) return;
  await api.tag(name, { ...tagsIn(first), [REPLICAS_TAG]: String(wanted) }, call);
}
