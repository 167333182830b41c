import type { Endpoint, Observation, Phase, Sighting } from "../../domain/observation.ts";
import { unitName } from "../../domain/unit-id.ts";
import type { Call } from "../adapter.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Owner } from "../cloud-ports.ts";
import type { Mark } from "../mark.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { groupsOf } from "./find.ts";
import { inTurns } from "./in-turns.ts";
import { readLines } from "./log-lines.ts";
import { ourMark, replicaIn } from "./ours.ts";
import { isEnding, replicaState, type ReplicaState } from "./phase.ts";
import { RUN_TAG } from "./render/group.ts";

/** Lines shown of a container that has died. */
const LAST_LINES = 20;

/**
 * One complete look: every page of the resource group's list, which holds all regions, and each group of a known unit by its name, since
 * lists leave out the state. Anything that cannot be read throws, so that absence is never guessed.
 */
export async function observeAll(
  context: AciContext,
  known: ReadonlySet<string>,
  call: Call,
): Promise<Sighting> {
  const owner = await context.ports.installation();
  const listed = await context.api.list(call);
  const ours = listed.flatMap((group) => {
    const mark = ourMark(group, owner);
    return mark === undefined ? [] : [{ group, mark }];
  });
  const looks = await inTurns([...known], async (id) => await lookAt(context, id, listed, owner, call));
  return {
    complete: true,
    observations: looks.filter((one) => one !== undefined),
    unrecognised: strangers(ours.filter(({ mark }) => !known.has(mark.unit))),
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
  const dead = groups.find((group) => ["failed", "unready"].includes(replicaState(group).phase));
  const container = dead?.properties.containers[0]?.name;
  if (dead?.name === undefined || container === undefined) return [];
  try {
    return readLines(await api.logs(dead.name, container, LAST_LINES, call)).map(({ line }) => line);
  } catch (error) {
    // Lines are a courtesy: a container that never ran has none, and an observation without them is still true.
    if (error instanceof AdapterError && error.kind !== "bug") return [];
    throw error;
  }
}

async function lookAt(
  context: AciContext,
  id: string,
  listed: readonly ArmGroup[],
  owner: Owner,
  call: Call,
) {
  const found = await groupsOf(context, { id, name: unitName(id) }, listed, owner, call);
  const groups = [...found.values()].filter(
    (group) => ourMark(group, owner)?.unit === id && tagsIn(group)[RUN_TAG] === undefined,
  );
  if (groups.length === 0) return undefined;
  return observationOf(id, groups, await lastLinesOf(context, groups, call), context.ports.now());
}

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

function strangers(
  groups: readonly { readonly group: ArmGroup; readonly mark: Mark }[],
): Sighting["unrecognised"] {
  const units = Map.groupBy(groups, ({ mark }) => mark.unit);
  return [...units].flatMap(([unit, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { group, mark } = first;
    const names = members.map((one) => one.group.name ?? "").sort();
    return [
      {
        unit,
        name: unitName(unit),
        project: mark.project,
        environment: mark.environment,
        workload: mark.workload,
        region: group.location,
        detail: `${names.length} container groups (${names.slice(0, 3).join(", ")}) in ${group.location ?? "an unknown region"}, made for generation ${mark.birth} of ${mark.environment}/${mark.workload}`,
      },
    ];
  });
}
