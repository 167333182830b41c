import type { Observation } from "../domain/observation.ts";
import { EngineError } from "./drivers/dial.ts";
import type { Driver } from "./drivers/driver.ts";
import type { Death, SeenContainer } from "./drivers/seen.ts";
import { MAIN } from "./mark.ts";

/** How many dead containers are looked into at one look. */
const MAX_AUTOPSIES = 16;
const UNKNOWN_EXIT = -1;

/** Looks at the engine, and keeps what was learnt of each container, so that nothing is asked twice. */
export class Looker {
  readonly #driver: Driver;
  readonly #deaths = new Map<string, Death>();
  readonly #lines = new Map<string, readonly string[]>();

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Every container of this installation, dead ones with how they ended. Throws when the engine cannot be asked. */
  async look(): Promise<readonly SeenContainer[]> {
    const containers = await this.#driver.look();
    const present = new Set(containers.map(({ id }) => id));
    for (const known of [this.#deaths, this.#lines])
      for (const id of known.keys()) if (!present.has(id)) known.delete(id);
    const unknown = containers
      .filter(({ id, state }) => state === "dead" && !this.#deaths.has(id))
      .slice(0, MAX_AUTOPSIES);
    for (const container of unknown) this.#deaths.set(container.id, await this.#howItEnded(container));
    return containers.map((container) => {
      const death = container.state === "dead" ? this.#deaths.get(container.id) : undefined;
      return death === undefined ? container : Object.assign({}, container, { death });
    });
  }

  /** A container may go while it is looked into, its log in the middle of a frame; an engine that answers, but cannot say, must not stop the rest. */
  async #howItEnded(container: SeenContainer): Promise<Death> {
    try {
      return await this.#driver.autopsy(container);
    } catch (error) {
      if (error instanceof EngineError && error.status === undefined) throw error;
      return {
        exitCode: UNKNOWN_EXIT,
        reason: `has ended, and the engine cannot say how: ${error instanceof Error ? error.message : String(error)}`,
        lines: [],
        ranMs: 0,
      };
    }
  }

  /** A failed unit whose container still runs has not died: its last lines are asked for once, for whoever reads the verdict. */
  async withLines(
    observations: readonly Observation[],
    containers: readonly SeenContainer[],
    log: (sentence: string) => void,
  ): Promise<readonly Observation[]> {
    const all: Observation[] = [];
    for (const seen of observations) {
      const lines =
        seen.phase === "failed" && seen.lastLines.length === 0
          ? await this.#linesOf(seen.unit, containers, log)
          : [];
      all.push(lines.length === 0 ? seen : { ...seen, lastLines: lines });
    }
    return all;
  }

  async #linesOf(
    unit: string,
    containers: readonly SeenContainer[],
    log: (sentence: string) => void,
  ): Promise<readonly string[]> {
    const main = containers.find(
      ({ mark, state }) => mark.unit === unit && mark.container === MAIN && state === "running",
    );
    if (main === undefined) return [];
    const known = this.#lines.get(main.id);
    if (known !== undefined) return known;
    try {
      const lines = await this.#driver.lastLines(main);
      this.#lines.set(main.id, lines);
      return lines;
    } catch (error) {
      log(
        `the last lines of ${main.name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return [];
    }
  }
}
