import { converge } from "../../src/agent/converge.ts";
import type { Action } from "../../src/agent/action.ts";
import type { Desired } from "../../src/agent/desired.ts";
import { nothingDesired } from "../../src/agent/desired.ts";
import type { SeenContainer } from "../../src/agent/drivers/seen.ts";
import type { ProbeResult } from "../../src/agent/health-check.ts";
import { MAIN, containerName } from "../../src/agent/mark.ts";
import { probed, stoppedUnhealthy } from "../../src/agent/memory.ts";
import { observe } from "../../src/agent/report.ts";
import { afterLook, noteReady, remember } from "../../src/agent/unit-memory.ts";
import type { Memory } from "../../src/agent/unit-memory.ts";
import type { Unit } from "../../src/domain/plan.ts";

/** An engine and an agent in memory: every action is carried out at once, and the test plays fate in between. */
export class Model {
  now = 1_000_000;
  desired: Desired = nothingDesired("inst-1");
  containers: readonly SeenContainer[] = [];
  memory: Memory = {};
  leaseOver = false;
  readonly cleared = new Set<string>();
  /** What was begun, probes apart, oldest first. */
  readonly done: Action[] = [];
  /** When each start was begun. */
  readonly startedAt: number[] = [];
  /** What a container of a unit answers to a probe. */
  answer: (unit: string) => ProbeResult = () => ({ ok: true });
  #made = 0;

  want(units: readonly Unit[], doomed: readonly Unit[] = []): void {
    const tombstones = doomed.map(({ id, name }) => ({ id, name, stopGraceSeconds: 1 }));
    this.desired = { ...this.desired, units, doomed: tombstones };
  }

  /** One pass of the agent; gives what it began. */
  pass(): readonly Action[] {
    this.memory = afterLook(this.memory, this.desired, this.containers, new Set(), this.now);
    const actions = converge({ ...this.#world(), busy: new Set(), probing: new Set() }, this.now);
    for (const action of actions) this.#carryOut(action);
    this.memory = noteReady(this.memory, this.desired);
    this.done.push(...actions.filter(({ do: what }) => what !== "probe"));
    return actions;
  }

  /** Passes with time between them. */
  run(passes: number, stepMs = 1_000): void {
    for (let count = 0; count < passes; count += 1) {
      this.pass();
      this.now += stepMs;
    }
  }

  observe() {
    return observe({ ...this.#world(), agentId: "agent-1" }, this.now);
  }

  running(unit: string): readonly SeenContainer[] {
    return this.containers.filter(
      ({ mark, state }) => mark.unit === unit && mark.container === MAIN && state === "running",
    );
  }

  /** End containers of a unit. */
  crash(unit: string, exitCode = 1): void {
    const death = { exitCode, reason: `exited with code ${String(exitCode)}`, lines: ["the end"], ranMs: 10 };
    this.containers = this.containers.map((one) =>
      one.mark.unit === unit ? { ...one, state: "dead", ports: {}, death } : one,
    );
  }

  /** Somebody removes containers of a unit behind the agent's back. */
  vanish(unit: string): void {
    this.containers = this.containers.filter(({ mark }) => mark.unit !== unit);
  }

  start(unit: Unit, replica: number): void {
    this.containers = this.containers.filter(({ mark }) => mark.unit !== unit.id || mark.replica !== replica);
    const names = [MAIN, ...unit.template.sidecars.map(({ name }) => name)];
    this.containers = [...this.containers, ...names.map((container) => this.#make(unit, replica, container))];
  }

  #world() {
    const { desired, containers, memory, leaseOver, cleared } = this;
    return { desired, containers, memory, leaseOver, cleared };
  }

  #carryOut(action: Action): void {
    const keep = (gone: (one: SeenContainer) => boolean): void =>
      void (this.containers = this.containers.filter((one) => !gone(one)));
    if (action.do === "start") {
      this.startedAt.push(this.now);
      this.start(action.unit, action.replica);
    }
    if (action.do === "remove") {
      keep(({ mark }) => mark.unit === action.unit);
      this.cleared.add(action.unit);
    }
    if (action.do === "stop") {
      keep(({ mark }) => mark.unit === action.unit && mark.replica === action.replica);
      if (action.why === "unhealthy") {
        this.memory = remember(this.memory, action.unit, action.replica, (before) =>
          stoppedUnhealthy(before, [], this.now),
        );
      }
    }
    if (action.do === "probe") {
      const { unit, replica, container } = action;
      const result = this.answer(unit.id);
      this.memory = remember(this.memory, unit.id, replica, (before) =>
        probed(before, container.id, result, unit.template.health, this.now),
      );
    }
  }

  #make(unit: Unit, replica: number, container: string): SeenContainer {
    this.#made += 1;
    const { id, name, project, environment, workload, birth } = unit;
    return {
      id: `c${String(this.#made)}`,
      name: containerName(name, replica, container),
      mark: {
        installation: "inst-1",
        epoch: 1,
        agent: "agent-1",
        project,
        environment,
        workload,
        unit: id,
        name,
        birth,
        replica,
        container,
      },
      state: "running",
      ports: { 8080: 30_000 + this.#made },
    };
  }
}
