import { leaseTimes } from "../../src/agent/lease.ts";
import { nothingDesired, obey, type Desired } from "../../src/agent/desired.ts";
import type { SyncReply, SyncRequest } from "../../src/domain/agent-protocol.ts";
import type { Observation, Phase } from "../../src/domain/observation.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { isTry } from "../../src/agent/tries.ts";
import { HostTries } from "./host-tries.ts";

/** Containers of one unit on a simulated host. */
interface Running {
  readonly unit: Unit;
  /** When each replica is ready; Infinity for one that only ever crashes. */
  readonly readyAt: readonly number[];
  readonly startedAt: number;
  /** When its removal is done. */
  readonly goneAt?: number | undefined;
}

/** How long simulated containers take, ms. */
const START_MS = 700;
const STOP_MS = 400;
/** A container that crashes is started this long before the agent gives it up, ms. */
const VERDICT_MS = 1_500;

/**
 * A host with an engine and an agent on it. The agent follows the rules of the real one (`obey`, `leaseTimes` are its own
 * code): it runs what it was last told, goes on without the broker, stops fenced units when its lease ends, and removes
 * only what is doomed. Time is the host's own uptime, passed in.
 */
export class SimulatedHost {
  readonly id: string;
  #desired: Desired;
  readonly #running = new Map<string, Running>();
  readonly #cleared = new Set<string>();
  /** Tries of jobs, which run once and end. */
  readonly tries = new HostTries();
  #stopAt = 0;
  #killAt = 0;
  /** Whether the agent's process runs; the engine and the watchdog go on without it. */
  agentUp = true;
  /** Called before a container of a unit starts. */
  onStart: (unit: string) => void = () => {};
  /** Called when a unit's containers begin to be removed because it is doomed. */
  onRemove: (unit: string) => void = () => {};

  constructor(id: string, installation: string) {
    this.id = id;
    this.#desired = nothingDesired(installation);
  }

  /** Ids of the units of which a container runs. */
  running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Units of which a container runs, each with how many. */
  units(): readonly { readonly unit: Unit; readonly replicas: number }[] {
    return [...this.#running.values()].map(({ unit, readyAt }) => ({ unit, replicas: readyAt.length }));
  }

  /** How many replicas of the unit are up now. */
  readyReplicas(unit: string, now: number): number {
    const there = this.#running.get(unit);
    return there === undefined || there.goneAt !== undefined
      ? 0
      : there.readyAt.filter((at) => at <= now).length;
  }

  /** The engine and all its containers are gone and come back empty, as after a power cut. */
  reboot(): void {
    this.#running.clear();
    this.tries.clear();
    this.#stopAt = 0;
    this.#killAt = 0;
  }

  /** What the agent would send now. */
  request(now: number): SyncRequest {
    const { units, doomed, epoch } = this.#desired;
    const running = [...this.#running.values()].map(({ unit }) => unit.id);
    const told = new Set([...units, ...doomed].map(({ id }) => id));
    return {
      report: {
        capacity: { milliCpu: 16_000, memoryMiB: 32_768 },
        arch: "amd64",
        labels: {},
        engine: "podman",
        version: "4",
        engineOk: true,
        guard: { registries: ["*"] },
        epoch,
      },
      observations: [...told].map((id) => this.#observe(id, now)),
      complete: true,
      unrecognised: running
        .filter((id) => !told.has(id))
        .map((unit) => ({ unit, name: unit, project: "", workload: "", detail: "told of by nobody" })),
    };
  }

  /** The broker's answer to what was sent at `sentAt`. */
  take(reply: SyncReply, sentAt: number): void {
    const after = obey(this.#desired, reply);
    if (typeof after === "string") return;
    this.#desired = after;
    const { stopAt, killAt } = leaseTimes(sentAt, reply.leaseMs);
    this.#stopAt = Math.max(this.#stopAt, stopAt);
    this.#killAt = Math.max(this.#killAt, killAt);
  }

  /** The host does what is due by `now`. */
  step(now: number): void {
    for (const [id, { goneAt, unit }] of this.#running) {
      const killed = now >= this.#killAt && unit.template.unreachable === "fence";
      if (killed || (goneAt ?? Infinity) <= now) this.#running.delete(id);
    }
    this.tries.pass(now, this.#killAt);
    if (!this.agentUp) return;
    const { units, doomed } = this.#desired;
    for (const { id } of doomed) this.#remove(id, now);
    for (const unit of units) {
      if (isTry(unit)) this.tries.hold(unit, now, this.#isFenced(unit, now));
      else this.#hold(unit, now);
    }
  }

  #remove(id: string, now: number): void {
    const there = this.#running.get(id);
    if (this.tries.has(id)) this.tries.remove(id, now);
    else if (there === undefined) this.#cleared.add(id);
    else if (there.goneAt === undefined) {
      this.onRemove(id);
      this.#running.set(id, { ...there, goneAt: now + STOP_MS });
    }
  }

  #hold(unit: Unit, now: number): void {
    const there = this.#running.get(unit.id);
    if (this.#isFenced(unit, now)) {
      if (there !== undefined && there.goneAt === undefined)
        this.#running.set(unit.id, { ...there, goneAt: now + STOP_MS });
      return;
    }
    if (there?.goneAt !== undefined) return;
    const wanted = unit.replicas.min;
    if (there?.readyAt.length === wanted) return;
    if (there === undefined) this.onStart(unit.id);
    const readyAt = crashes(unit) ? Infinity : now + START_MS;
    const kept = (there?.readyAt ?? []).slice(0, wanted);
    const more = Array.from({ length: wanted - kept.length }, () => readyAt);
    this.#running.set(unit.id, { unit, startedAt: there?.startedAt ?? now, readyAt: [...kept, ...more] });
  }

  #isFenced({ template }: Unit, now: number): boolean {
    return template.unreachable === "fence" && now >= this.#stopAt;
  }

  #observe(id: string, now: number): Observation {
    const held = this.#desired.units.find((unit) => unit.id === id);
    if (held !== undefined && isTry(held)) return this.tries.observe(held, now);
    const there = this.#running.get(id);
    const common = { unit: id, restarts: 0, lastLines: [] as readonly string[], at: now };
    if (there === undefined) {
      // A removal is confirmed by a look after it; a wanted unit that is not there has been fenced, or is about to start.
      const stopping = this.#desired.doomed.some((doomed) => doomed.id === id) && !this.#cleared.has(id);
      return { ...common, phase: stopping ? "stopping" : "stopped", ready: 0, replicas: 0, endpoints: [] };
    }
    const up = there.readyAt.flatMap((at, replica) => (at <= now ? [replica] : []));
    const failed = crashes(there.unit) && now >= there.startedAt + VERDICT_MS;
    const phase: Phase =
      there.goneAt !== undefined
        ? "stopping"
        : failed
          ? "failed"
          : up.length === there.readyAt.length
            ? "ready"
            : "starting";
    return {
      ...common,
      phase,
      ready: up.length,
      replicas: there.readyAt.length,
      endpoints:
        there.unit.template.route === undefined ? [] : up.map((replica) => this.#endpoint(id, replica)),
      ...(failed ? { reason: "the container exited with code 1", exitCode: 1, lastLines: ["boom"] } : {}),
    };
  }

  #endpoint(unit: string, replica: number) {
    const url = `line://${this.id}/${unit}/${replica}/8080`;
    return { replica, url, transport: "line" as const, bypassable: false, ready: true };
  }
}

/** Whether the unit's image is one that never comes up. */
export function crashes({ template }: Pick<Unit, "template">): boolean {
  return template.image.endsWith(":crash");
}
