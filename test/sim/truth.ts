import type { Account } from "../../src/adapters/sandbox/account.ts";
import { WatchedClouds, type Row, type SeenTry } from "../adapters/sandbox/above.ts";
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
  readonly clouds: ToldClouds;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.clouds = new ToldClouds(now);
  }

  /** Every try that ever began anywhere. */
  tries(): readonly SeenTry[] {
    const inClouds = this.clouds.targets().flatMap((target) => this.clouds.tries(target));
    return [...inClouds, ...this.hosts.flatMap(({ tries }) => tries.seen())];
  }

  /** Names of the tries of which something is there that can be taken away: a task of ECS goes by itself, an hour after its end. */
  triesLeft(): readonly string[] {
    const inClouds = this.clouds.targets().flatMap((target) => {
      const there = this.clouds.tries(target).filter(({ taken }) => !taken);
      return this.clouds.isEcs(target) ? there.filter(({ isOver }) => !isOver) : there;
    });
    const onHosts = this.hosts.flatMap(({ tries }) => tries.seen().filter(({ taken }) => !taken));
    return [...inClouds, ...onHosts].map(({ name }) => name);
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

/** Accounts that tell of each change. */
class ToldClouds extends WatchedClouds {
  changed: () => void = () => {};
  readonly #changed = new Set<string>();
  readonly #ecs = new Set<string>();

  override knows(row: Row): void {
    super.knows(row);
    if (JSON.stringify(row.config).includes('"simulates":"ecs"')) this.#ecs.add(row.id);
  }

  isEcs(target: string): boolean {
    return this.#ecs.has(target);
  }

  /** Ids of the targets whose accounts ever held anything. */
  targets(): readonly string[] {
    return [...this.#changed];
  }

  override async save(target: string, account: Account, ifVersion: number): Promise<boolean> {
    const saved = await super.save(target, account, ifVersion);
    if (!saved) return false;
    this.#changed.add(target);
    this.changed();
    return true;
  }
}
