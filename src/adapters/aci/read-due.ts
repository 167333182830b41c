import { AdapterError } from "../../domain/fault.ts";
import { unitName } from "../../domain/unit-id.ts";
import type { Call } from "../adapter.ts";
import type { Owner } from "../cloud-ports.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { MOST_REPLICAS } from "./find.ts";
import { inTurns } from "../in-turns.ts";
import { looksOf } from "./limited.ts";
import { ourMark, replicasIn } from "./ours.ts";
import { replicaState } from "./phase.ts";
import { groupName, RUN_TAG } from "./render/group.ts";
import { printOf, type Sight, type SightMemory } from "./sight-memory.ts";

/** Groups read by their name in one look at most; with more to read, those that have waited longest come first. */
export const MOST_READS = 100;
/** A group at rest is read again after so long for each that is known: five of them a second, however many there are ... */
const REST_EACH_MS = 200;
/** ... but none is believed for longer than this, ms. */
const MOST_REST_MS = 60_000;

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
  const look = lookOf(context, listed, known, call);
  const replicas = Map.groupBy(
    listed.filter((group) => tagsIn(group)[RUN_TAG] === undefined),
    (group) => ourMark(group, owner)?.unit ?? "",
  );
  const namesOf = (id: string): readonly string[] => {
    const first = groupName(unitName(id), 0);
    const members = replicas.get(id) ?? [];
    const seen = memory.sights.get(first)?.group;
    const anchors = [...members, ...(seen === undefined ? [] : [seen])].filter(({ name }) => name === first);
    const count = Math.min(MOST_REPLICAS, Math.max(0, ...anchors.map(replicasIn)));
    const counted = Array.from({ length: count }, (_, replica) => groupName(unitName(id), replica));
    return [...new Set([first, ...counted, ...members.map(({ name }) => name ?? first)])];
  };
  // The first ones tell how many others there are.
  await look.read([...known].map((id) => groupName(unitName(id), 0)).filter(look.isUnknown));
  const units = [...known].map((id) => ({ id, names: namesOf(id) }));
  const all = units.flatMap(({ names }) => names);
  await look.read(all.filter(look.isDue));
  keepOnly(memory, new Set(all), known);
  const sights = units.flatMap(({ id, names }) => {
    const each = names.flatMap((name) => memory.sights.get(name) ?? []);
    return each.length < names.length ? [] : [unitSight(id, each, owner, look.isFresh(names), began)];
  });
  return { units: sights, complete: sights.length === known.size };
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

/** One look's reads, kept within what looks may use of the subscription's. */
function lookOf(
  { api, ports, config, memory }: AciContext,
  listed: readonly ArmGroup[],
  known: ReadonlySet<string>,
  call: Call,
) {
  const began = ports.now();
  const prints = new Map(listed.map((group) => [group.name ?? "", printOf(group)]));
  const restMs = Math.min(MOST_REST_MS, REST_EACH_MS * Math.max(memory.sights.size, known.size));
  const fresh = new Set<string>();
  let left = MOST_READS;
  const readOne = async (name: string): Promise<void> => {
    await ports.throttle.take(looksOf(config), call);
    const group = await api.get(name, call);
    memory.sights.set(name, { group, readAt: ports.now(), listed: prints.get(name) });
    fresh.add(name);
  };
  const isUnknown = (name: string): boolean => {
    const sight = memory.sights.get(name);
    return !fresh.has(name) && (sight === undefined || sight.listed !== prints.get(name));
  };
  const isDue = (name: string): boolean => {
    const sight = memory.sights.get(name);
    if (fresh.has(name)) return false;
    return isUnknown(name) || sight === undefined || !isAtRest(sight) || began >= sight.readAt + restMs;
  };
  return {
    isUnknown,
    isDue,
    isFresh: (names: readonly string[]) => names.some((name) => fresh.has(name)),
    async read(names: readonly string[]): Promise<void> {
      // What changes comes before what rests; then whatever has waited longest.
      const urgency = (name: string): number => {
        const sight = memory.sights.get(name);
        if (sight === undefined) return 0;
        return isAtRest(sight) && !isUnknown(name) ? began + sight.readAt : sight.readAt;
      };
      // From anywhere: a process that forgets all between two looks still comes to read everything in time.
      const from = Math.floor(ports.draw() * names.length);
      const rotated = [...names.slice(from), ...names.slice(0, from)];
      const turn = rotated.sort((a, b) => urgency(a) - urgency(b)).slice(0, left);
      left -= turn.length;
      try {
        await inTurns(turn, readOne);
      } catch (error) {
        // Others need the rest of the reads: what is left waits for the next look.
        if (!(error instanceof AdapterError) || error.kind !== "throttled") throw error;
        left = 0;
      }
    },
  };
}

// Nothing changes by itself there but by an accident, which can wait a little to be seen.
const isAtRest = ({ group }: Sight): boolean =>
  group === undefined || ["ready", "failed", "stopped"].includes(replicaState(group).phase);

function keepOnly(memory: SightMemory, names: ReadonlySet<string>, known: ReadonlySet<string>): void {
  for (const name of memory.sights.keys()) if (!names.has(name)) memory.sights.delete(name);
  for (const id of memory.lastLines.keys()) if (!known.has(id)) memory.lastLines.delete(id);
}
