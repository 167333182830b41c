import { LABEL_PREFIX, MAIN } from "../mark.ts";
import type { Owner } from "../mark.ts";
import type { Rules } from "../guard-rules.ts";
import type { Limits } from "../limits.ts";
import { dialEngine } from "./dial.ts";
import type { EngineAddress } from "./dial.ts";
import type { Driver } from "./driver.ts";
import { guardedEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { engineInfo, engineKind } from "./info.ts";
import { lastLines, mergedLogs } from "./logs.ts";
import { removeReplica, removeVolumes } from "./removal.ts";
import { startReplica } from "./replica.ts";
import { parseDeath, parseList } from "./seen.ts";
import type { SeenContainer } from "./seen.ts";

/** How many last log lines are kept of a container that died. */
const LAST_LINES = 20;

/** What the driver needs to know of its host and owner. */
export interface DockerOptions {
  readonly address: EngineAddress;
  readonly owner: Omit<Owner, "epoch">;
  /** The epoch this agent obeys now. */
  readonly epoch: () => number;
  readonly limits: Limits;
  /** Address that published ports are bound to. */
  readonly publishOn: string;
  /** What an image is pulled with, as `X-Registry-Auth`; absent: nothing is. */
  readonly authFor?: ((image: string) => string | undefined) | undefined;
}

/** The driver for Docker and Podman, over the Engine API that both speak. */
export function dockerDriver(options: DockerOptions): Driver {
  const { address, owner, epoch, limits, publishOn, authFor = () => undefined } = options;
  const mine = (...more: readonly string[]) =>
    [`installation=${owner.installation}`, ...more].map((label) => `${LABEL_PREFIX}${label}`);
  const rules = async (): Promise<Rules> => {
    const own = await look(`agent=${owner.agent}`);
    return { limits, publishOn: [publishOn], holding: own.length };
  };
  const engine: Engine = guardedEngine(dialEngine(address), rules, authFor);
  const look = async (...more: readonly string[]): Promise<readonly SeenContainer[]> =>
    parseList(await engine.list(mine(...more)), owner.installation);

  return {
    info: () => engineInfo(engine),
    look: () => look(),
    async autopsy({ id }) {
      return parseDeath(await engine.inspect(id), await lastLines(engine, id, LAST_LINES));
    },
    lastLines: ({ id }) => lastLines(engine, id, LAST_LINES),
    async pidOf({ id }) {
      const { Pid: pid } = (await engine.inspect(id)).State;
      return pid === undefined || pid === 0 ? undefined : pid;
    },
    async start(unit, replica, signal) {
      const left = await look(`agent=${owner.agent}`, `unit=${unit.id}`, `replica=${String(replica)}`);
      if (isWhole(left, unit.template.sidecars.length + 1)) return;
      // Whatever asks for it: what has run once as a try of a job is not cleared to run again.
      if (unit.template.kind === "job" && left.some(hasRun)) return;
      await removeReplica(engine, left, unit.template.stopGraceSeconds);
      const own = { ...owner, epoch: epoch() };
      const settings = { owner: own, limits, publishOn, engine: await engineKind(engine) };
      await startReplica(engine, unit, replica, settings, signal);
    },
    async stop({ unit, replica }, graceSeconds, volumes) {
      const labels = [`unit=${unit}`, ...(replica === undefined ? [] : [`replica=${String(replica)}`])];
      const byReplica = Map.groupBy(
        await look(`agent=${owner.agent}`, ...labels),
        ({ mark }) => mark.replica,
      );
      await Promise.all(
        [...byReplica.values()].map((containers) => removeReplica(engine, containers, graceSeconds)),
      );
      if (volumes === "remove") await removeVolumes(engine, mine(`agent=${owner.agent}`, ...labels));
    },
    async logs(unit, query) {
      return mergedLogs(engine, await look(`agent=${owner.agent}`, `unit=${unit}`), query);
    },
  };
}

const hasRun = ({ mark, state }: SeenContainer): boolean => mark.container === MAIN && state !== "created";

const isWhole = (containers: readonly SeenContainer[], wanted: number): boolean =>
  containers.length === wanted &&
  containers.every(({ state }) => state === "running") &&
  containers.some(({ mark }) => mark.container === MAIN);
