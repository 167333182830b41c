import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TestEngine } from "./engine.ts";
import { dirPrefix } from "./leftovers.ts";

const MAIN = fileURLToPath(new URL("../../../src/main/agent.ts", import.meta.url));
const END_MS = 15_000;
const STEP_MS = 50;

/** A real agent in a process of its own, beside its engine in the engine's network. */
export interface AgentProcess {
  readonly dataDir: string;
  /** What it has said so far. */
  log(): string;
  isRunning(): boolean;
  kill9(): Promise<void>;
  /** Ask it to end, and wait. */
  end(): Promise<void>;
  /** Start it again on the same data. */
  restart(): void;
  remove(): Promise<void>;
}

/** Start `berth agent` against a broker. */
export async function startAgent(
  engine: TestEngine,
  server: string,
  more: readonly string[] = [],
): Promise<AgentProcess> {
  const dataDir = await mkdtemp(dirPrefix("agent"));
  const args = [
    "--server",
    server,
    "--token",
    "join-token-of-the-test",
    "--pool",
    "home",
    "--name",
    "host-1",
  ];
  const [file = "", ...rest] = [
    ...engine.host.enter,
    process.execPath,
    MAIN,
    ...args,
    "--socket",
    engine.socket,
    "--data",
    dataDir,
    ...more,
  ];
  const said: string[] = [];
  const launch = (): ChildProcess => {
    const started = spawn(file, rest, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [started.stdout, started.stderr])
      stream?.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    return started;
  };
  let child = launch();
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    if (isRunning()) child.kill(signal);
    for (let waited = 0; isRunning() && waited < END_MS; waited += STEP_MS) await wait(STEP_MS);
    if (isRunning()) throw new Error(`the agent does not end:\n${said.join("")}`);
  };
  return {
    dataDir,
    log: () => said.join(""),
    isRunning,
    kill9: () => end("SIGKILL"),
    end: () => end("SIGTERM"),
    restart: () => void (child = launch()),
    async remove() {
      await end("SIGKILL");
      await rm(dataDir, { recursive: true, force: true }); // and with it the lease: the watchdog ends itself
    },
  };
}
