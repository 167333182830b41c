import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineAddress } from "./drivers/dial.ts";
import type { Driver } from "./drivers/driver.ts";
import type { SeenContainer } from "./drivers/seen.ts";
import { bootId, leasePath, readLease, writeLease } from "./lease.ts";
import type { LeaseFile, LeaseTimes } from "./lease.ts";

export interface WatchdogOptions {
  readonly dataDir: string;
  readonly engine: EngineAddress;
  readonly driver: Pick<Driver, "pidOf">;
  readonly agent: string;
  readonly installation: string;
  /** Names this agent's watchdog: an earlier agent's ends when it reads it. */
  readonly token: string;
  readonly log: (sentence: string) => void;
}

/** Keeps the lease on disk, and a process of its own that stops what may run only once, should this agent be gone when the lease is over. */
export class WatchdogKeeper {
  readonly #options: WatchdogOptions;
  readonly #pids = new Map<string, number>();
  #child: ChildProcess | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** The lease an earlier agent of this boot left. */
  async leaseOnDisk(): Promise<LeaseFile | undefined> {
    return await readLease(this.#options.dataDir, this.#options.log);
  }

  /** The broker has answered: the units that may run only once may go on until then. Without any, no watchdog is needed. */
  async renew(
    times: LeaseTimes,
    containers: readonly SeenContainer[],
    units: readonly string[],
  ): Promise<void> {
    const { dataDir, token, agent, installation } = this.#options;
    if (units.length === 0) {
      if (this.#child !== undefined) await this.#dismiss();
      return;
    }
    const processes = await this.#processesOf(containers);
    await writeLease(dataDir, {
      ...times,
      watchdog: token,
      boot: await bootId(),
      agent,
      installation,
      units,
      processes,
    });
    if (this.#child === undefined) await this.#start();
  }

  async #start(): Promise<void> {
    const { dataDir, token, engine, log } = this.#options;
    const output = await open(join(dataDir, "watchdog.log"), "w", 0o600);
    const script = fileURLToPath(new URL("watchdog.ts", import.meta.url));
    const child = spawn(process.execPath, [script], {
      detached: true,
      stdio: ["pipe", output.fd, output.fd],
    });
    await output.close();
    child.once("exit", () => (this.#child = undefined));
    child.once("error", ({ message }) => {
      this.#child = undefined;
      log(`the watchdog cannot be started: ${message}`);
    });
    child.stdin?.on("error", ({ message }) => log(`the watchdog cannot be told where to look: ${message}`));
    child.stdin?.end(JSON.stringify({ dataDir, token, engine }));
    child.unref();
    this.#child = child;
  }

  async #dismiss(): Promise<void> {
    const path = leasePath(this.#options.dataDir);
    for (const file of [path, `${path}.previous`]) await rm(file, { force: true });
  }

  async #processesOf(containers: readonly SeenContainer[]): Promise<LeaseFile["processes"]> {
    const running = containers.filter(({ state }) => state === "running");
    const present = new Set(running.map(({ id }) => id));
    for (const id of this.#pids.keys()) if (!present.has(id)) this.#pids.delete(id);
    for (const container of running) {
      if (this.#pids.has(container.id)) continue;
      const pid = await this.#pidOf(container);
      if (pid !== undefined) this.#pids.set(container.id, pid);
    }
    return [...this.#pids].map(([container, pid]) => ({ container, pid }));
  }

  async #pidOf(container: SeenContainer): Promise<number | undefined> {
    try {
      return await this.#options.driver.pidOf(container);
    } catch (error) {
      this.#options.log(
        `the process of ${container.name} is not known: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }
}
