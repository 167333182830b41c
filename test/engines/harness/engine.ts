import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { dialEngine } from "../../../src/agent/drivers/dial.ts";
import { exists } from "./command.ts";
import { commandFor, socketOf } from "./commands-of.ts";
import type { EngineCommand, EngineSettings } from "./commands-of.ts";
import type { EngineKind } from "./install.ts";
import {
  containerNamespaces,
  dirPrefix,
  removeDir,
  removeForgottenNamespaces,
  removeStale,
} from "./leftovers.ts";
import type { Host } from "./network.ts";
import { rawApi } from "./raw-api.ts";
import type { RawApi } from "./raw-api.ts";

const START_MS = 20_000;
const STOP_MS = 20_000;
const STEP_MS = 50;

/** A real engine that this process started, in a folder and a network of its own. */
export interface TestEngine {
  readonly kind: EngineKind;
  readonly socket: string;
  readonly host: Host;
  /** The engine as it is, with no guard before it: what a test looks at the truth with. */
  readonly api: RawApi;
  /** End it without notice; its containers live on. */
  kill9(): Promise<void>;
  /** Start it again where it was. */
  restart(): Promise<void>;
  /** Remove every container, stop it, and leave nothing on disk. */
  remove(): Promise<void>;
}

/** Start an engine on one host of a test network. */
export async function startEngine(
  kind: EngineKind,
  host: Host,
  settings: EngineSettings = {},
): Promise<TestEngine> {
  await removeStale();
  const namespaces = await containerNamespaces();
  const dir = await mkdtemp(dirPrefix(kind));
  const command = await commandFor(kind, dir, settings);
  const socket = socketOf(dir);
  const api = rawApi(dialEngine({ socketPath: socket }));
  let child = await launch(command, host, dir, api);

  const kill = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    await endProcess(child, signal);
    await endContainerd(dir);
    for (const file of [...command.stale, socket]) await rm(file, { force: true });
  };
  const restart = async (): Promise<void> => {
    child = await launch(command, host, dir, api);
  };
  return {
    kind,
    socket,
    host,
    api,
    restart,
    kill9: () => kill("SIGKILL"),
    async remove() {
      if (child.exitCode !== null || child.signalCode !== null) await restart();
      await api.clear();
      await kill("SIGTERM");
      await removeDir(dir);
      await removeForgottenNamespaces(namespaces);
    },
  };
}

async function launch(command: EngineCommand, host: Host, dir: string, api: RawApi): Promise<ChildProcess> {
  const log = await open(join(dir, "engine.log"), "a");
  const [file = "", ...args] = [...host.enter, ...command.argv];
  // The working directory is its own: podman leaves a file named "oom" where it stands.
  const child = spawn(file, args, {
    cwd: dir,
    env: { ...process.env, ...command.env },
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  const until = Date.now() + START_MS;
  while (Date.now() < until && child.exitCode === null) {
    if (await api.answers()) return child;
    await wait(STEP_MS);
  }
  child.kill("SIGKILL");
  throw new Error(
    `the engine did not start:\n${(await readFile(join(dir, "engine.log"), "utf8")).slice(-2000)}`,
  );
}

async function endProcess(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  if (!ended()) child.kill(signal);
  for (let waited = 0; !ended() && waited < STOP_MS; waited += STEP_MS) await wait(STEP_MS);
  if (!ended()) child.kill("SIGKILL");
}

/** A killed dockerd leaves its containerd, which would keep the next one from starting. */
async function endContainerd(dir: string): Promise<void> {
  const file = join(dir, "exec/containerd/containerd.pid");
  if (!(await exists(file))) return;
  const pid = Number(await readFile(file, "utf8"));
  const isOurs = async (): Promise<boolean> => {
    const line = `/proc/${String(pid)}/cmdline`;
    return (await exists(line)) && (await readFile(line, "utf8")).includes(dir);
  };
  if (await isOurs()) process.kill(pid, "SIGKILL");
  for (let waited = 0; (await isOurs()) && waited < STOP_MS; waited += STEP_MS) await wait(STEP_MS);
}
