import { groupName, ownerTags, replicaGroup } from "../../../src/adapters/aci/render/group.ts";
import type { AciSimState, SimGroup } from "../../../src/adapters/aci/simulator/state.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { unitName } from "../../../src/domain/unit-id.ts";
import { START } from "../fixtures.ts";
import { aciUnit } from "./world.ts";

/** A unit of one replica without secrets. */
export function singleUnit(number: number, changes: Partial<Unit> = {}): Unit {
  const base = aciUnit(number, { replicas: { min: 1, max: 1 }, ...changes });
  return { ...base, name: unitName(base.id), template: { ...base.template, secrets: {}, files: [] } };
}

/** The groups of units of one replica that have been running for an hour, as a subscription keeps them. */
export function runningGroups(units: readonly Unit[]): AciSimState["groups"] {
  const at = START - 3_600_000;
  const groups = units.map((unit): readonly [string, SimGroup] => {
    const group = replicaGroup(unit, 0);
    const tags = { ...group.tags, ...ownerTags(unit, { id: "ins_test", epoch: 1 }) };
    return [
      groupName(unit.name, 0),
      { document: { ...group, tags }, createdAt: at, startedAt: at, updates: 0 },
    ];
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(groups))) as AciSimState["groups"];
}
