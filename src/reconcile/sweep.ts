import type { Target } from "../store/instance.ts";
import type { StoredUnit, UnitAt } from "../store/store.ts";
import { knownUnits } from "./known-units.ts";
import { silence } from "./look.ts";
import type { ReconcilePorts } from "./ports.ts";
import { meetStrays } from "./strays.ts";
import { isJob } from "./world.ts";

/** How often a target is looked at while something there is changing, and while nothing is, ms. */
const BUSY_EVERY_MS = 500;
const RESTING_EVERY_MS = 15_000;
/** A target that could not be looked at is left alone for this long, ms. */
const FAILED_EVERY_MS = 5_000;
const OBSERVE_DEADLINE_MS = 20_000;
/** A sweep's lease outlives its deadline, so that two processes never look at one account at once. */
const SWEEP_LEASE_MS = OBSERVE_DEADLINE_MS + 5_000;

/** What a process remembers between sweeps; losing it costs one extra look. */
export interface SweepMemory {
  readonly dueAt: Map<string, number>;
  readonly silentHosts: Set<string>;
}

/** An empty memory: everything is due. */
export function sweepMemory(): SweepMemory {
  return { dueAt: new Map(), silentHosts: new Set() };
}

/** What a sweep found: whether any workload became due, and when to sweep again. */
export interface Swept {
  readonly changed: boolean;
  readonly nextAt: number;
}

/** Look at every target that is due, and note which agents have fallen silent or come back. */
export async function sweep(ports: ReconcilePorts, memory: SweepMemory, signal: AbortSignal): Promise<Swept> {
  const targets = await ports.store.allTargets();
  const changes = await Promise.all(targets.map((target) => sweepTarget(ports, memory, target, signal)));
  const now = ports.now();
  const next = targets.map((target) => memory.dueAt.get(target.id) ?? now);
  return {
    changed: changes.some((count) => count > 0),
    nextAt: Math.max(now, Math.min(now + BUSY_EVERY_MS, ...next)),
  };
}

/** Look at this target at the next sweep, whatever its turn: something was just sent there. */
export function sweepSoon(memory: SweepMemory, target: string): void {
  memory.dueAt.delete(target);
}

/** Returns how many workloads have something new to look at. */
async function sweepTarget(
  ports: ReconcilePorts,
  memory: SweepMemory,
  target: Target,
  signal: AbortSignal,
): Promise<number> {
  const now = ports.now();
  if ((memory.dueAt.get(target.id) ?? 0) > now) return 0;
  const units = await ports.store.unitsAt(target.id);
  const pushed = target.kind === "agents";
  const busy = units.length > 0 && (pushed || units.some(isChanging));
  memory.dueAt.set(target.id, now + (busy ? BUSY_EVERY_MS : RESTING_EVERY_MS));
  if (pushed) return noteSilence(ports, memory, units, now);
  // Also where nothing should be: what carries our mark there is found only by looking.
  if (!(await ports.store.takeLease(`sweep:${target.id}`, ports.owner, now, SWEEP_LEASE_MS))) return 0;
  try {
    return await lookAt(ports, target, units, signal);
  } catch (error) {
    memory.dueAt.set(target.id, now + FAILED_EVERY_MS);
    const why = error instanceof Error ? error.message : String(error);
    ports.log("warn", `target ${target.name} could not be looked at: ${why}`);
    return 0;
  }
}

async function lookAt(
  ports: ReconcilePorts,
  target: Target,
  units: readonly UnitAt[],
  signal: AbortSignal,
): Promise<number> {
  const call = { signal: AbortSignal.any([signal, AbortSignal.timeout(OBSERVE_DEADLINE_MS)]) };
  const sighting = await ports.open(target).observe(knownUnits(units), call);
  const changed = await ports.store.observed(target.id, sighting, ports.now());
  await meetStrays(ports, target, sighting.unrecognised, units, call);
  return changed;
}

const isChanging = (stored: StoredUnit) =>
  stored.state === "doomed" || (!isJob(stored) && stored.observation?.phase !== "ready");

// Agents push what they see; what nobody pushes is silence. Its beginning and its end make their workloads due.
async function noteSilence(
  ports: ReconcilePorts,
  memory: SweepMemory,
  units: readonly StoredUnit[],
  now: number,
): Promise<number> {
  let turned = 0;
  const hosts = [...new Set(units.flatMap((stored) => stored.unit.place.host ?? []))];
  for (const host of hosts) {
    const agent = await ports.store.agent(host);
    const silent = silence(ports, agent?.report?.seenAt, now) >= ports.timing.silentAfterMs;
    if (silent === memory.silentHosts.has(host)) continue;
    turned++;
    if (silent) memory.silentHosts.add(host);
    else memory.silentHosts.delete(host);
    ports.log(silent ? "warn" : "info", `agent ${agent?.name ?? host} ${silent ? "is silent" : "is back"}`);
    const affected = new Map(
      units
        .filter((stored) => stored.unit.place.host === host)
        .map(({ unit }) => [JSON.stringify([unit.project, unit.environment, unit.workload]), unit]),
    );
    for (const unit of affected.values())
      await ports.store.makeDue({ project: unit.project, environment: unit.environment }, unit.workload, now);
  }
  return turned;
}
