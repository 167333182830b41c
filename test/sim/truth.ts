import { present, type CloudState } from "../../src/adapters/sandbox/cloud.ts";
import { readyReplicas } from "../../src/adapters/sandbox/view.ts";
import type { SandboxState } from "../../src/adapters/sandbox/state.ts";
import { memoryState } from "../../src/adapters/sandbox/state.ts";
import type { SimulatedHost } from "./host.ts";

/** One thing that really exists somewhere, whatever any database says. */
export interface Resource {
  readonly unit: string;
  readonly environment: string;
  readonly workload: string;
  readonly at: string;
  readonly replicas: number;
  /** How many of them are up; none while it is being removed. */
  readonly up: number;
}

/** What really exists: simulated accounts, seen from above, and hosts. */
export class Truth {
  readonly hosts: SimulatedHost[] = [];
  /** The accounts as the adapters reach them. */
  readonly clouds: SandboxState;
  readonly #states = new Map<string, CloudState>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    const kept = memoryState();
    this.clouds = {
      load: (target) => kept.load(target),
      save: async (target, cloud, ifVersion) => {
        const saved = await kept.save(target, cloud, ifVersion);
        if (saved) this.#states.set(target, cloud);
        return saved;
      },
    };
  }

  /** Everything there is now. */
  resources(): readonly Resource[] {
    const now = this.#now();
    const clouds = [...this.#states].flatMap(([at, state]) =>
      present(state, now).map((unit) => ({
        unit: unit.id,
        environment: unit.environment,
        workload: unit.workload,
        at,
        replicas: unit.replicas.length,
        up: unit.goneAt === undefined && unit.crash === undefined ? readyReplicas(unit, now) : 0,
      })),
    );
    const hosts = this.hosts.flatMap((host) =>
      host.units().map(({ unit, replicas }) => ({
        unit: unit.id,
        environment: unit.environment,
        workload: unit.workload,
        at: host.id,
        replicas,
        up: host.readyReplicas(unit.id, now),
      })),
    );
    return [...clouds, ...hosts];
  }
}
