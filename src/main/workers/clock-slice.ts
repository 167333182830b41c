import type { ReconcilePorts } from "../../reconcile/ports.ts";
import { runTick } from "../../reconcile/runs/tick.ts";
import { sweep, sweepMemory, type SweepMemory } from "../../reconcile/sweep.ts";
import { tick } from "../../reconcile/tick.ts";

/** Workloads worked on at once. */
const WORKERS = 4;
/** Passes of one slice, where each run of a pass counts as one: each is a handful of queries, and an invocation may make 1,000 (Cloudflare D1, limits). */
export const MAX_PASSES = 40;
/** A slice begins no pass after this long, ms; an alarm may run for 15 minutes, a pass holds its lease for 45 s. */
const SLICE_MS = 20_000;
/** Between two alarms, at least, ms. */
const BUSY_EVERY_MS = 100;
/** Between two looks for silent agents while nothing is due, ms: with the silence itself, one is noticed within 15 s. */
const REST_EVERY_MS = 10_000;

/** What a clock remembers between slices. */
export interface SliceMemory extends SweepMemory {
  /** Target id -> units there that are not gone, as of its last look. */
  readonly standing: Map<string, number>;
  /** Targets that tell by themselves what they see. */
  readonly pushed: Set<string>;
}

/** An empty memory: everything is looked at. */
export function sliceMemory(): SliceMemory {
  return { ...sweepMemory(), standing: new Map(), pushed: new Set() };
}

/** One bounded slice of a project's work: look, then act until nothing is due. Gives when to go on; undefined for never. */
export async function runSlice(
  ports: ReconcilePorts,
  memory: SliceMemory,
  project: string,
): Promise<number | undefined> {
  const own = ofProject(ports, memory, project);
  const endAt = ports.now() + SLICE_MS;
  const signal = AbortSignal.timeout(2 * SLICE_MS);
  await sweep(own, memory, signal);
  const passes: Passes = { left: MAX_PASSES, endAt, atRuns: false };
  await Promise.all(Array.from({ length: WORKERS }, () => drain(own, passes, signal)));
  const due = await ports.store.nextDue(project);
  const now = ports.now();
  const moves = due !== undefined && due < now + REST_EVERY_MS;
  return nextAlarm({ due, lookAt: lookAt(memory, moves, now), now });
}

/** When to ring again: at the next thing due or the next look, whichever is first; never when there is neither. */
export function nextAlarm(at: {
  readonly due: number | undefined;
  readonly lookAt: number | undefined;
  readonly now: number;
}): number | undefined {
  const times = [at.due, at.lookAt].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(at.now + BUSY_EVERY_MS, Math.min(...times));
}

/** The same ports, seeing one project's queue and the targets it may use. */
function ofProject(ports: ReconcilePorts, memory: SliceMemory, project: string): ReconcilePorts {
  const { store } = ports;
  return {
    ...ports,
    store: {
      ...store,
      claimDue: (now, leaseMs) => store.claimDue(now, leaseMs, project),
      claimRuns: (now, leaseMs, most) => store.claimRuns(now, leaseMs, most, project),
      nextDue: () => store.nextDue(project),
      allTargets: async () => {
        const targets = await store.targets(project);
        forgetOthers(memory, new Set(targets.map(({ id }) => id)));
        for (const { id, kind } of targets) if (kind === "agents") memory.pushed.add(id);
        return targets;
      },
      unitsAt: async (target) => {
        const units = await store.unitsAt(target);
        memory.standing.set(target, units.length);
        return units;
      },
    },
  };
}

/** What is left of a slice to all of its workers. */
interface Passes {
  left: number;
  readonly endAt: number;
  /** One of them works on runs: it takes all that are due, so that their tries are looked at together. */
  atRuns: boolean;
}

async function drain(ports: ReconcilePorts, passes: Passes, signal: AbortSignal): Promise<void> {
  try {
    while (passes.left > 0 && ports.now() < passes.endAt) {
      passes.left -= 1;
      if (await tick(ports, signal)) continue;
      if (passes.atRuns || (await runPasses(ports, passes, signal)) === 0) return;
    }
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    ports.log("error", `a pass of the reconciler failed: ${why}`);
  }
}

async function runPasses(ports: ReconcilePorts, passes: Passes, signal: AbortSignal): Promise<number> {
  passes.atRuns = true;
  try {
    // The pass that was taken is the first run's.
    const worked = await runTick(ports, signal, passes.left + 1);
    passes.left -= Math.max(0, worked - 1);
    return worked;
  } finally {
    passes.atRuns = false;
  }
}

/** A target that was disconnected holds nothing any more. */
function forgetOthers(memory: SliceMemory, targets: ReadonlySet<string>): void {
  for (const kept of [memory.standing, memory.dueAt, memory.pushed])
    for (const target of kept.keys()) if (!targets.has(target)) kept.delete(target);
}

/** The earliest look at a target that holds units. Agents push what they see, so at rest only their silence is looked for. */
function lookAt(memory: SliceMemory, moves: boolean, now: number): number | undefined {
  const held = [...memory.standing].filter(([, units]) => units > 0);
  const looks = held.map(([target]) => {
    const at = memory.dueAt.get(target) ?? now;
    return memory.pushed.has(target) && !moves ? Math.max(at, now + REST_EVERY_MS) : at;
  });
  return looks.length === 0 ? undefined : Math.min(...looks);
}
