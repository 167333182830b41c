import { AdapterError } from "../../domain/fault.ts";
import type { Call } from "../adapter.ts";
import { inTurns } from "../in-turns.ts";
import type { ArmGroup } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { looksOf } from "./limited.ts";
import { replicaState } from "./phase.ts";
import { printOf, type Sight } from "./sight-memory.ts";

/** Groups read by their name in one look at most; with more to read, those that have waited longest come first. */
export const MOST_READS = 100;
/** A group at rest is read again after so long for each that is known: five of them a second, however many there are ... */
const REST_EACH_MS = 200;
/** ... but none is believed for longer than this, ms. */
const MOST_REST_MS = 60_000;

/** What one look reads by name. */
interface Reads {
  /** Whether a group was never read, or the list says something new of it. */
  readonly isUnknown: (name: string) => boolean;
  /** Whether a group is to be read: unknown, changing, or not read for a while. */
  readonly isDue: (name: string) => boolean;
  /** Whether any of these was read in this look. */
  readonly isFresh: (names: readonly string[]) => boolean;
  /** Reads as many of these as the look still may, and remembers them. */
  readonly read: (names: readonly string[]) => Promise<void>;
}

/** The reads of one look, by name and kept within what looks may use of the subscription's. */
export function readsOf(
  { api, ports, config, memory }: AciContext,
  listed: readonly ArmGroup[],
  known: ReadonlySet<string>,
  call: Call,
): Reads {
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
  // What changes comes before what rests; then whatever has waited longest.
  const urgency = (name: string): number => {
    const sight = memory.sights.get(name);
    if (sight === undefined) return 0;
    return isAtRest(sight) && !isUnknown(name) ? began + sight.readAt : sight.readAt;
  };
  return {
    isUnknown,
    isDue,
    isFresh: (names) => names.some((name) => fresh.has(name)),
    async read(names) {
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
