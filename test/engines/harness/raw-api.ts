import { z } from "zod";
import type { Dial } from "../../../src/agent/drivers/dial.ts";
import { EngineError } from "../../../src/agent/drivers/dial.ts";
import { loadImage } from "../../../src/agent/drivers/images.ts";

/** The engine with no guard before it: for tests that check what is really there, or play a stranger. */
export interface RawApi {
  answers(): Promise<boolean>;
  /** Ids of all containers, running or not; with labels, those that carry them all. */
  containers(...labels: readonly string[]): Promise<readonly string[]>;
  volumes(): Promise<readonly string[]>;
  inspect(container: string): Promise<Inspected>;
  /** Containers with all these labels that run now, as they are; one that goes meanwhile is left out. */
  running(...labels: readonly string[]): Promise<readonly Inspected[]>;
  create(name: string, payload: object): Promise<void>;
  createVolume(payload: object): Promise<void>;
  start(container: string): Promise<void>;
  kill(container: string): Promise<void>;
  /** Remove every container and every volume there is. */
  clear(): Promise<void>;
  load(tar: NodeJS.ReadableStream): Promise<void>;
}

export type Inspected = z.infer<typeof INSPECTED>;

const CALL_MS = 30_000;
const LIST_TRIES = 5;

export function rawApi(dial: Dial): RawApi {
  const get = (path: string, query?: Record<string, string>) =>
    dial.json({ method: "GET", path, query, deadlineMs: CALL_MS });
  const post = async (path: string, body?: object, query?: Record<string, string>): Promise<void> => {
    await dial.json({ method: "POST", path, body, query, deadlineMs: CALL_MS });
  };
  const remove = (path: string, query?: Record<string, string>) =>
    dial.json({ method: "DELETE", path, query, deadlineMs: CALL_MS });
  const list = async (label: readonly string[], tries = LIST_TRIES): Promise<z.infer<typeof LIST>> => {
    try {
      const filters = JSON.stringify(label.length === 0 ? {} : { label });
      return LIST.parse(await get("/containers/json", { all: "true", filters }));
    } catch (error) {
      // Podman's list fails as a whole when a container is removed while it is made.
      if (!(error instanceof EngineError) || error.status === undefined || tries <= 1) throw error;
      return await list(label, tries - 1);
    }
  };
  const inspect = async (container: string): Promise<Inspected> =>
    INSPECTED.parse(await get(`/containers/${container}/json`));
  return {
    async answers() {
      try {
        await dial.json({ method: "GET", path: "/version", deadlineMs: 1_000 });
        return true;
      } catch (error) {
        if (error instanceof EngineError) return false;
        throw error;
      }
    },
    containers: async (...label) => (await list(label)).map(({ Id }) => Id),
    async running(...label) {
      const all = await Promise.all((await list(label)).map(({ Id }) => unlessGone(inspect(Id))));
      return all.filter((one): one is Inspected => one?.State.Running === true);
    },
    volumes: async () => (VOLUMES.parse(await get("/volumes")).Volumes ?? []).map(({ Name }) => Name),
    inspect,
    create: (name, payload) => post("/containers/create", payload, { name }),
    createVolume: (payload) => post("/volumes/create", payload),
    start: (container) => post(`/containers/${container}/start`),
    kill: (container) => post(`/containers/${container}/kill`),
    async clear() {
      // Podman's forced removal would wait out each stop's grace: killed first.
      for (const { Id: id, State: state } of await list([])) {
        if (state === "running") await unlessGone(post(`/containers/${id}/kill`));
        await unlessGone(remove(`/containers/${id}`, { force: "true", v: "true" }));
      }
      for (const { Name: name } of VOLUMES.parse(await get("/volumes")).Volumes ?? [])
        await remove(`/volumes/${name}`);
    },
    load: (tar) =>
      loadImage(
        {
          load: (archive) =>
            dial.stream({ method: "POST", path: "/images/load", archive, deadlineMs: 120_000 }),
        },
        tar,
      ),
  };
}

/** What a call gives; undefined when the engine says no, as it does for what has gone meanwhile. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EngineError && error.status !== undefined) return undefined;
    throw error;
  }
}

const LIST = z.array(z.object({ Id: z.string(), State: z.string().optional() }));
const VOLUMES = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullish() });
const INSPECTED = z.object({
  Id: z.string(),
  Name: z.string(),
  State: z.object({ Running: z.boolean(), Pid: z.number(), ExitCode: z.number() }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish(), User: z.string().nullish() }),
  HostConfig: z.object({
    Memory: z.number(),
    NanoCpus: z.number(),
    PidsLimit: z.number().nullish(),
    Privileged: z.boolean(),
    SecurityOpt: z.array(z.string()).nullish(),
    RestartPolicy: z.object({ Name: z.string() }),
  }),
});
