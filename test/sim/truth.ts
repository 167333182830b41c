import { WatchedClouds } from "../adapters/sandbox/above.ts";
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
  readonly clouds: WatchedClouds;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.clouds = new WatchedClouds(now);
  }

  /** Everything there is now. */
  resources(): readonly Resource[] {
    const now = this.#now();
    const clouds = this.clouds.all().map(({ id: unit, environment, workload, at, replicas, up }) => ({
      unit,
      environment,
      workload,
      at,
      replicas,
      up,
    }));
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
