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
    readonly plan?: string | undefined;
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
export function simulateFleet(
  ports: Ports,
  caller: Caller,
  change: Change,
  request: FleetRequest,
  signal: AbortSignal,
): Promise<FleetSimulation> {
  const judge = async (workload: Workload) => [await judgeWorkload(ports, caller, workload, change)];
  return overFleet(ports, caller, request, signal, judge);
}

/** The sum of what `judge` says of each workload, within the limit and until the signal. */
export async function overFleet(
  ports: Pick<Ports, "store">,
  caller: Caller,
  request: FleetRequest,
  signal: AbortSignal,
  judge: (workload: Workload) => Promise<readonly Judged[]>,
): Promise<FleetSimulation> {
  const judged: Judged[] = [];
  let waiting: Workload[] = [];
  let next: string | undefined = request.after;
  let complete = true;
  const judgeWaiting = async (): Promise<void> => {
    judged.push(...(await Promise.all(waiting.map(judge))).flat());
    const last = waiting.at(-1);
    if (last !== undefined) next = fleetCursor(last);
    waiting = [];
  };
  for await (const workload of fleet(ports, caller, request.select ?? {}, request.after)) {
    if (judged.length + waiting.length >= request.limit || signal.aborted) {
      complete = false;
      break;
    }
    waiting.push(workload);
    if (waiting.length === AT_ONCE) await judgeWaiting();
  }
  await judgeWaiting();
  return { ...summed(judged), complete, next: complete ? undefined : next };
}

function summed(judged: readonly Judged[]): Omit<FleetSimulation, "complete" | "next"> {
  const { warnings, ...simulation } = summarise(judged.flatMap(({ effect }) => effect ?? []));
  const said = [...new Set([...warnings, ...judged.flatMap((one) => one.warnings)])];
  return {
    ...simulation,
    warnings: said.slice(0, MAX_WARNINGS),
    missing: judged.flatMap(({ environment, workload, plan, because }) =>
      because === undefined ? [] : [{ environment, workload, plan, because }],
    ),
  };
}
