import { type Simulation, summarise } from "../policy/simulate/simulate.ts";
import type { Workload } from "../store/store.ts";
import { fleet, fleetCursor, type FleetSelect } from "./fleet.ts";
import type { Caller, Ports } from "./ports.ts";
import { type Change, type Judged, judgeWorkload } from "./simulate-workload.ts";

/** Which workloads, and how many of them at most. */
export interface FleetRequest {
  readonly select?: FleetSelect | undefined;
  readonly limit: number;
  /** Where an earlier simulation ended. */
  readonly after?: string | undefined;
}

/** A simulation, and how much of what was asked for it covers. */
export interface FleetSimulation extends Simulation {
  /** Workloads that could not be judged, and why. */
  readonly missing: readonly {
    readonly environment: string;
    readonly workload: string;
    readonly because: string;
  }[];
  readonly complete: boolean;
  /** Where to go on when it is not complete. */
  readonly next?: string | undefined;
}

/** Workloads asked about at once: each asks every target. */
const AT_ONCE = 8;
/** Distinct sentences beside the figures. */
const MAX_WARNINGS = 50;

/**
 * What a change would make of every workload of the project: each is placed anew both ways. Writes nothing. What the limit or
 * the signal leaves out is said, never guessed.
 */
export async function simulateFleet(
  ports: Ports,
  caller: Caller,
  change: Change,
  request: FleetRequest,
  signal: AbortSignal,
): Promise<FleetSimulation> {
  const judged: Judged[] = [];
  let waiting: Workload[] = [];
  let complete = true;
  for await (const workload of fleet(ports, caller, request.select ?? {}, request.after)) {
    if (judged.length + waiting.length >= request.limit || signal.aborted) {
      complete = false;
      break;
    }
    waiting.push(workload);
    if (waiting.length < AT_ONCE) continue;
    judged.push(...(await judgeAll(ports, caller, waiting, change)));
    waiting = [];
  }
  judged.push(...(await judgeAll(ports, caller, waiting, change)));
  const { warnings, ...simulation } = summarise(judged.flatMap(({ effect }) => effect ?? []));
  const said = [...new Set([...warnings, ...judged.flatMap((one) => one.warnings)])];
  return {
    ...simulation,
    warnings: said.slice(0, MAX_WARNINGS),
    missing: judged.flatMap(({ environment, workload, because }) =>
      because === undefined ? [] : [{ environment, workload, because }],
    ),
    complete,
    next: complete ? undefined : cursorBehind(judged, request.after),
  };
}

function judgeAll(
  ports: Ports,
  caller: Caller,
  workloads: readonly Workload[],
  change: Change,
): Promise<readonly Judged[]> {
  return Promise.all(workloads.map((workload) => judgeWorkload(ports, caller, workload, change)));
}

// Nothing judged in the time there was: the next one begins where this one did.
function cursorBehind(judged: readonly Judged[], after: string | undefined): string | undefined {
  const last = judged.at(-1);
  return last === undefined ? after : fleetCursor({ environment: last.environment, name: last.workload });
}
