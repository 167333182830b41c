import { FRESH, type ReplicaMemory } from "../../src/agent/memory.ts";
import type { Death, SeenContainer } from "../../src/agent/drivers/seen.ts";
import { MAIN } from "../../src/agent/mark.ts";
import { convergeTry, observeTry } from "../../src/agent/tries.ts";
import { toldBy } from "../../src/adapters/simulated-cloud.ts";
import type { Observation } from "../../src/domain/observation.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { SeenTry } from "../adapters/sandbox/above.ts";

/** How long the removal of a simulated try takes, ms. */
const STOP_MS = 400;
/** What a container leaves of which nobody saw the end. */
const UNSEEN = -1;

interface Container {
  readonly unit: Unit;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly death?: Death | undefined;
  readonly goneAt?: number | undefined;
}

/** The tries of jobs on a simulated host. What begins, what is told of it and what never begins again is the real agent's own code. */
export class HostTries {
  readonly #there = new Map<string, Container>();
  /** On disk: it outlives the engine and the agent's process. */
  readonly #memory = new Map<string, ReplicaMemory>();
  readonly #began: { readonly unit: Unit; readonly at: number }[] = [];
  /** Called when a try has begun. */
  onBegin: (unit: Unit) => void = () => {};

  /** Whether anything of a try is there. */
  has(id: string): boolean {
    return this.#there.has(id);
  }

  /** Every try that ever began here. */
  seen(): readonly SeenTry[] {
    return this.#began.map(({ unit, at }) => {
      const there = this.#there.get(unit.id);
      const isOver = there === undefined || there.death !== undefined;
      return {
        name: unit.name,
        image: unit.template.image,
        createdAt: at,
        isOver,
        taken: there === undefined,
      };
    });
  }

  /** All containers are lost with their engine. */
  clear(): void {
    this.#there.clear();
  }

  /** What ends by itself, or by the watchdog from `killAt` on, has ended by `now`; what is being removed is gone. */
  pass(now: number, killAt: number): void {
    for (const [id, there] of this.#there) {
      if ((there.goneAt ?? Infinity) <= now) this.#there.delete(id);
      else if (there.death === undefined) this.#end(id, there, now, killAt);
    }
  }

  /** What the agent does for a try that it is told of. */
  hold(unit: Unit, now: number, isFenced: boolean): void {
    const actions = convergeTry(unit, this.#containers(unit.id), this.#recall(unit.id), { isFenced, now });
    for (const action of actions) {
      if (action.do === "start") this.#begin(unit, now);
      if (action.do === "stop") this.#dies(unit.id, UNSEEN, "was stopped");
    }
  }

  /** The agent begins to remove a try that is doomed. */
  remove(id: string, now: number): void {
    const there = this.#there.get(id);
    if (there?.goneAt === undefined && there !== undefined)
      this.#there.set(id, { ...there, goneAt: now + STOP_MS });
  }

  /** What the agent says of a try that it is told of. */
  observe(unit: Unit, now: number): Observation {
    return observeTry(unit, this.#containers(unit.id), this.#recall(unit.id), now);
  }

  #begin(unit: Unit, now: number): void {
    const { runMs } = toldBy(unit.template.env);
    this.#there.set(unit.id, { unit, startedAt: now, endsAt: now + runMs });
    this.#memory.set(unit.id, { ...FRESH, firstRanAt: now });
    this.#began.push({ unit, at: now });
    this.onBegin(unit);
  }

  #end(id: string, { unit, endsAt }: Container, now: number, killAt: number): void {
    const { env, unreachable } = unit.template;
    const killed = unreachable === "fence" && now >= killAt && killAt < endsAt;
    if (killed) return this.#dies(id, UNSEEN, "was killed");
    if (now < endsAt) return;
    const fails = Number(env["BERTH_ATTEMPT"]) <= Number(env["SANDBOX_FAIL_TRIES"] ?? 0);
    this.#dies(id, fails ? 1 : 0, `exited with code ${fails ? 1 : 0}`);
  }

  #dies(id: string, exitCode: number, reason: string): void {
    const there = this.#there.get(id);
    if (there === undefined || there.death !== undefined) return;
    this.#there.set(id, { ...there, death: { exitCode, reason, lines: [], ranMs: 0 } });
  }

  #recall(id: string): ReplicaMemory {
    return this.#memory.get(id) ?? FRESH;
  }

  #containers(id: string): readonly SeenContainer[] {
    const there = this.#there.get(id);
    if (there === undefined) return [];
    const { unit, death } = there;
    const { name, project, environment, workload, birth } = unit;
    const of = { installation: "", epoch: 0, agent: "", project, environment, workload, birth };
    const mark = { ...of, unit: id, name, replica: 0, container: MAIN };
    return [{ id: name, name, mark, state: death === undefined ? "running" : "dead", ports: {}, death }];
  }
}
