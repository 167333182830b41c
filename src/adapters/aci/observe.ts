import type { Endpoint, Observation, Phase, Sighting } from "../../domain/observation.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Call, KnownUnits } from "../adapter.ts";
import { inTurns } from "../in-turns.ts";
import type { ArmGroup } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { looksOf } from "./limited.ts";
import { readLines } from "./log-lines.ts";
import { ourMark, replicaIn } from "./ours.ts";
import { isEnding, replicaState, type ReplicaState } from "./phase.ts";
import { readDue } from "./read-due.ts";
import { type Marked, unrecognisedAmong } from "./strangers.ts";

/** Lines shown of a container that has died. */
const LAST_LINES = 20;

/** A list is used again for so long for each group in it, so that a long one does not eat up the reads; a short one is always read, ms. */
const LIST_EACH_MS = 10;
const SHORT_LIST = 100;

/**
 * One look: every page of the resource group's list, which holds all regions, and known groups by their names in slices, since lists
 * leave out the state. A job's unit has no group of its own: its tries are seen in the list. Anything that cannot be read throws, or
 * makes the look incomplete, so that absence is never guessed.
 */
export async function observeAll(context: AciContext, known: KnownUnits, call: Call): Promise<Sighting> {
  const owner = await context.ports.installation();
  const listed = await listOf(context, call);
  const ours = listed.flatMap((group): Marked[] => {
    const mark = ourMark(group, owner);
    return mark === undefined ? [] : [{ group, mark }];
  });
  const standing = new Set([...known].flatMap(([id, { isJob }]) => (isJob ? [] : [id])));
  const { units, complete } = await readDue(context, standing, listed, owner, call);
  const there = units.filter(({ groups }) => groups.length > 0);
  const observations = await inTurns(there, async ({ id, groups, isFresh, at }) =>
    observationOf(
      id,
      groups,
      isFresh ? await linesOf(context, id, groups, call) : rememberedLines(context, id),
      at,
    ),
  );
  return {
    complete,
    observations,
    unrecognised: unrecognisedAmong(ours, known),
  };
}

/** What a unit's groups say together, each read by its name. */
export function observationOf(
  id: string,
  groups: readonly ArmGroup[],
  lastLines: readonly string[],
  at: number,
): Observation {
  const replicas = groups.flatMap((group) => {
    const replica = replicaIn(group);
    return replica === undefined ? [] : [{ replica, group, state: replicaState(group) }];
  });
  replicas.sort((a, b) => a.replica - b.replica);
  const staying = replicas.filter(({ group }) => !isEnding(group));
  const ready = staying.filter(({ state }) => state.phase === "ready").length;
  const { phase, reason, exitCode } = together(
    (staying.length > 0 ? staying : replicas).map(({ state }) => state),
  );
  return {
    unit: id,
    phase,
    ready,
    replicas: staying.length,
    endpoints: staying.flatMap(({ replica, group, state }) =>
      endpointsOf(group, replica, state.phase === "ready"),
    ),
    ...(reason === undefined ? {} : { reason }),
    ...(exitCode === undefined ? {} : { exitCode }),
    restarts: replicas.reduce((sum, { state }) => sum + state.restarts, 0),
    lastLines,
    at,
  };
}

/** The last lines of the main container of whichever group has died, where Azure still has them. */
export async function lastLinesOf(
  { api }: AciContext,
  groups: readonly ArmGroup[],
  call: Call,
): Promise<readonly string[]> {
  const dead = groups.find(isDead);
  const container = dead?.properties.containers[0]?.name;
  if (dead?.name === undefined || container === undefined) return [];
  try {
    return readLines(await api.logs(dead.name, container, LAST_LINES, call)).map(({ line }) => line);
  } catch (error) {
    // Lines are a courtesy: a container that never ran has none, and an observation without them is still true.
    if (error instanceof AdapterError) return [];
    throw error;
  }
}

async function listOf({ api, ports, memory }: AciContext, call: Call): Promise<readonly ArmGroup[]> {
  const { list } = memory;
  const isLong = list !== undefined && list.groups.length > SHORT_LIST;
  if (isLong && ports.now() < list.at + list.groups.length * LIST_EACH_MS) return list.groups;
  const groups = await api.list(call);
  memory.list = { groups, at: ports.now() };
  return groups;
}

async function linesOf(
  context: AciContext,
  id: string,
  groups: readonly ArmGroup[],
  call: Call,
): Promise<readonly string[]> {
  const { memory, ports, config } = context;
  if (!groups.some(isDead)) {
    memory.lastLines.delete(id);
    return [];
  }
  try {
    await ports.throttle.take(looksOf(config), call);
    memory.lastLines.set(id, await lastLinesOf(context, groups, call));
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
  }
  return rememberedLines(context, id);
}

const isDead = (group: ArmGroup): boolean => ["failed", "unready"].includes(replicaState(group).phase);

const rememberedLines = ({ memory }: AciContext, id: string): readonly string[] =>
  memory.lastLines.get(id) ?? [];

/** The worst says why; a unit is ready when all of it is. */
const WORST: readonly Phase[] = ["failed", "unready", "creating", "starting", "stopped", "stopping", "ready"];

function together(states: readonly ReplicaState[]): Pick<ReplicaState, "phase" | "reason" | "exitCode"> {
  const worst = WORST.find((phase) => states.some((state) => state.phase === phase));
  return states.find(({ phase }) => phase === worst) ?? { phase: "stopped" };
}

function endpointsOf({ properties }: ArmGroup, replica: number, ready: boolean): readonly Endpoint[] {
  const { ipAddress } = properties;
  const host = ipAddress?.fqdn ?? ipAddress?.ip;
  const port = ipAddress?.ports[0]?.port;
  if (host === undefined || port === undefined) return [];
  return [{ replica, url: `http://${host}:${port}`, transport: "plain", bypassable: true, ready }];
}
