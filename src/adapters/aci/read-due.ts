import { unitName } from "../../domain/unit-id.ts";
import type { Call } from "../adapter.ts";
import type { Owner } from "../cloud-ports.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { MOST_REPLICAS } from "./find.ts";
import { ourMark, replicasIn } from "./ours.ts";
import { readsOf } from "./reads.ts";
import { groupName, RUN_TAG } from "./render/group.ts";
import type { Sight, SightMemory } from "./sight-memory.ts";

/** Every group of one known unit as it was last read. */
export interface UnitSight {
  readonly id: string;
  readonly groups: readonly ArmGroup[];
  /** Whether any of it was read in this look. */
  readonly isFresh: boolean;
  /** When the oldest of it was read. */
  readonly at: number;
}

/**
 * The groups of all these units, of which none is a job's, read by name where they change, where the list says otherwise than before,
 * or where nobody has looked for a while; the rest is remembered. A unit of which something was never read is left out, and `complete` is false.
 */
export async function readDue(
  context: AciContext,
  known: ReadonlySet<string>,
  listed: readonly ArmGroup[],
  owner: Owner,
  call: Call,
): Promise<{ readonly units: readonly UnitSight[]; readonly complete: boolean }> {
  const { memory } = context;
  const began = context.ports.now();
  const reads = readsOf(context, listed, known, call);
  const replicas = Map.groupBy(
    listed.filter((group) => tagsIn(group)[RUN_TAG] === undefined),
    (group) => ourMark(group, owner)?.unit ?? "",
  );
  // The first ones tell how many others there are.
  await reads.read([...known].map((id) => groupName(unitName(id), 0)).filter(reads.isUnknown));
  const units = [...known].map((id) => ({ id, names: namesOf(id, replicas.get(id) ?? [], memory) }));
  const all = units.flatMap(({ names }) => names);
  await reads.read(all.filter(reads.isDue));
  keepOnly(memory, new Set(all), known);
  const sights = units.flatMap(({ id, names }) => {
    const each = names.flatMap((name) => memory.sights.get(name) ?? []);
    return each.length < names.length ? [] : [unitSight(id, each, owner, reads.isFresh(names), began)];
  });
  return { units: sights, complete: sights.length === known.size };
}

/** The names of a unit's groups: those that are listed, and as many as its first one says there have ever been. */
function namesOf(id: string, listed: readonly ArmGroup[], memory: SightMemory): readonly string[] {
  const first = groupName(unitName(id), 0);
  const seen = memory.sights.get(first)?.group;
  const anchors = [...listed, ...(seen === undefined ? [] : [seen])].filter(({ name }) => name === first);
  const count = Math.min(MOST_REPLICAS, Math.max(0, ...anchors.map(replicasIn)));
  const counted = Array.from({ length: count }, (_, replica) => groupName(unitName(id), replica));
  return [...new Set([first, ...counted, ...listed.map(({ name }) => name ?? first)])];
}

function unitSight(
  id: string,
  sights: readonly Sight[],
  owner: Owner,
  isFresh: boolean,
  began: number,
): UnitSight {
  const groups = sights.flatMap(({ group }) =>
    group !== undefined && ourMark(group, owner)?.unit === id && tagsIn(group)[RUN_TAG] === undefined
      ? [group]
      : [],
  );
  return { id, groups, isFresh, at: sights.reduce((oldest, { readAt }) => Math.min(oldest, readAt), began) };
}

function keepOnly(memory: SightMemory, names: ReadonlySet<string>, known: ReadonlySet<string>): void {
  for (const name of memory.sights.keys()) if (!names.has(name)) memory.sights.delete(name);
  for (const id of memory.lastLines.keys()) if (!known.has(id)) memory.lastLines.delete(id);
}
