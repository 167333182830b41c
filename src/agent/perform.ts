import { cannotRun } from "./cannot-run.ts";
import type { Action } from "./action.ts";
import { EngineError } from "./drivers/dial.ts";
import type { Driver } from "./drivers/driver.ts";
import { GuardRefusal } from "./guard.ts";
import type { HealthCheck, ProbeResult } from "./health-check.ts";
import { probed, startFailed, stoppedUnhealthy } from "./memory.ts";
import type { probe } from "./probe.ts";
import { recall, remember } from "./unit-memory.ts";
import type { Memory } from "./unit-memory.ts";
import { NotHandedOut } from "./with-secrets.ts";

/** What performing an action needs. */
export interface PerformPorts {
  readonly driver: Driver;
  readonly probe: typeof probe;
  /** Where published ports answer. */
  readonly dialHost: string;
  readonly now: () => number;
  readonly log: (sentence: string) => void;
}

/** What there is to remember of it afterwards. */
export type Afterwards = (memory: Memory) => Memory;

const NOTHING: Afterwards = (memory) => memory;

/** Do one thing. Never throws: what failed is remembered where it is the unit's own fault, and else tried again. */
export async function perform(
  action: Action,
  memory: Memory,
  ports: PerformPorts,
  signal: AbortSignal,
): Promise<Afterwards> {
  try {
    switch (action.do) {
      case "start":
        return await start(action, ports, signal);
      case "stop":
        return await stop(action, ports);
      case "remove":
        await ports.driver.stop({ unit: action.unit }, action.graceSeconds, "remove");
        return NOTHING;
      case "probe":
        return await ask(action, memory, ports);
      default:
        return action satisfies never;
    }
  } catch (error) {
    if (!signal.aborted) ports.log(`could not ${action.do} ${unitOf(action)}: ${messageOf(error)}`);
    if (action.do === "remove") throw error; // only a removal that worked may be confirmed
    return NOTHING;
  }
}

type Do<Kind extends Action["do"]> = Extract<Action, { do: Kind }>;

async function start(
  { unit, replica }: Do<"start">,
  { driver, now, log }: PerformPorts,
  signal: AbortSignal,
): Promise<Afterwards> {
  const refused = cannotRun(unit);
  try {
    if (refused.length > 0) throw new GuardRefusal(refused);
    await driver.start(unit, replica, signal);
    return NOTHING;
  } catch (error) {
    // An engine that is away, or a start that was called off, says nothing about the unit.
    if (signal.aborted || (error instanceof EngineError && error.status === undefined)) return NOTHING;
    if (error instanceof NotHandedOut) return NOTHING;
    log(`could not start ${unit.workload} (${unit.id}), replica ${String(replica)}: ${messageOf(error)}`);
    const isRefused = error instanceof GuardRefusal;
    return (memory) =>
      remember(memory, unit.id, replica, (before) => startFailed(before, messageOf(error), isRefused, now()));
  }
}

async function stop(
  { unit, replica, graceSeconds, why }: Do<"stop">,
  { driver, now }: PerformPorts,
): Promise<Afterwards> {
  const running = (await driver.look()).find(
    ({ mark, state }) => mark.unit === unit && mark.replica === replica && state === "running",
  );
  const lines = why === "unhealthy" && running !== undefined ? await driver.lastLines(running) : [];
  await driver.stop({ unit, replica }, graceSeconds, why === "scaled-in" ? "remove" : "keep");
  if (why !== "unhealthy") return NOTHING;
  return (memory) => remember(memory, unit, replica, (before) => stoppedUnhealthy(before, lines, now()));
}

async function ask(action: Do<"probe">, memory: Memory, ports: PerformPorts): Promise<Afterwards> {
  const { unit, replica, container, check } = action;
  const since = recall(memory, unit.id, replica).runningSince ?? ports.now();
  const result = await findOut(check, since, action, ports);
  return (later) =>
    remember(later, unit.id, replica, (before) =>
      probed(before, container.id, result, unit.template.health, ports.now()),
    );
}

async function findOut(
  check: HealthCheck,
  runningSince: number,
  { unit, container }: Do<"probe">,
  ports: PerformPorts,
): Promise<ProbeResult> {
  if (check.kind === "alive") {
    const ranMs = ports.now() - runningSince;
    return ranMs >= check.aliveMs
      ? { ok: true }
      : { ok: false, because: `has run for ${String(Math.round(ranMs / 1000))} s only` };
  }
  const port = container.ports[check.port];
  if (port === undefined) return { ok: false, because: `port ${String(check.port)} is not published yet` };
  return await ports.probe(check, {
    host: ports.dialHost,
    port,
    timeoutMs: unit.template.health.timeoutSeconds * 1000,
  });
}

const unitOf = (action: Action): string => (typeof action.unit === "string" ? action.unit : action.unit.id);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
