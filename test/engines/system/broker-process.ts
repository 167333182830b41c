import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startNode } from "../../../src/main/demo/processes.ts";
import type { Started } from "../../../src/main/demo/processes.ts";
import { dirPrefix, removeStale } from "../harness/leftovers.ts";

const MAIN = fileURLToPath(new URL("../../../src/main/node.ts", import.meta.url));
const START_MS = 30_000;
const END_MS = 20_000;
const STEP_MS = 50;

/** A real broker in a process of its own, on the same ports and data whenever it is started again. */
export interface BrokerProcess {
  readonly server: string;
  readonly gateway: string;
  readonly token: string;
  readonly dataDir: string;
  log(): Promise<string>;
  /** Start it and wait until it answers. */
  start(): Promise<void>;
  /** Ask it to end, and wait. */
  stop(): Promise<void>;
  kill9(): Promise<void>;
  remove(): Promise<void>;
}

/** Start a broker at one address of this machine. */
export async function startBroker(host: string): Promise<BrokerProcess> {
  await removeStale();
  const folder = await mkdtemp(dirPrefix("broker"));
  const dataDir = join(folder, "data");
  const logFile = join(folder, "broker.log");
  const token = randomBytes(24).toString("base64url");
  const [port, gatewayPort] = [await freePort(host), await freePort(host)];
  const server = `http://${host}:${String(port)}`;
  const env = {
    PORT: String(port),
    GATEWAY_PORT: String(gatewayPort),
    BERTH_HOST: host,
    BERTH_DATA_DIR: dataDir,
    BERTH_ADMIN_TOKEN: token,
  };
  const log = () => readFile(logFile, "utf8");
  let running: Started | undefined;
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    const ending = running;
    running = undefined;
    if (ending === undefined) return;
    ending.child.kill(signal);
    const timer = setTimeout(() => ending.child.kill("SIGKILL"), END_MS);
    await ending.ended;
    clearTimeout(timer);
  };
  const start = async (): Promise<void> => {
    // It reads no arguments; one that names its folder lets a later run tell what a killed one left.
    running = startNode(MAIN, [dataDir], { env, logFile });
    for (let waited = 0; waited < START_MS; waited += STEP_MS) {
      if (await answers(`${server}/healthz`)) return;
      if (running.child.exitCode !== null) break;
      await wait(STEP_MS);
    }
    throw new Error(`the broker did not start:\n${await log()}`);
  };
  await start();
  return {
    server,
    gateway: `http://${host}:${String(gatewayPort)}`,
    token,
    dataDir,
    log,
    start,
    stop: () => end("SIGTERM"),
    kill9: () => end("SIGKILL"),
    async remove() {
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
