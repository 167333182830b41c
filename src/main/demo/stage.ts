import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { apiOf, type Api } from "./api.ts";
import { startNode, stopProcess, type Started } from "./processes.ts";
import type { Say } from "./say.ts";

/** A broker of the demo's own: temporary data, free ports, a token made for it. Stopping it takes everything along. */
export interface Stage {
  readonly server: string;
  readonly gateway: string;
  readonly api: Api;
  /** The same without printing: for asking again and again. */
  readonly quiet: Api;
  startAgent(pool: string, joinToken: string, socket: string): void;
  /** Ids of the agents that joined; undefined when the broker does not answer any more. */
  agentIds(): Promise<readonly string[] | undefined>;
  close(): Promise<void>;
}

const READY_WITHIN_MS = 20_000;
const script = (name: string) => fileURLToPath(new URL(`../${name}.ts`, import.meta.url));

/** Start the broker and wait until it answers. */
export async function openStage(say: Say): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "berth-demo-"));
  const token = randomBytes(24).toString("base64url");
  const [port, gatewayPort] = await Promise.all([freePort(), freePort()]);
  const env = {
    PORT: String(port),
    GATEWAY_PORT: String(gatewayPort),
    BERTH_HOST: "127.0.0.1",
    BERTH_DATA_DIR: join(dataDir, "broker"),
    BERTH_ADMIN_TOKEN: token,
    BERTH_PRICES_REFRESH_HOURS: "0",
  };
  say.command(`export BERTH_TOKEN=${token}`);
  say.command(`PORT=${port} GATEWAY_PORT=${gatewayPort} BERTH_ADMIN_TOKEN=$BERTH_TOKEN npm start`);
  const running: Started[] = [startNode(script("node"), [], { env, logFile: join(dataDir, "broker.log") })];
  const server = `http://127.0.0.1:${port}`;
  const close = async () => {
    for (const started of running.toReversed()) await stopProcess(started);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await answers(`${server}/healthz`, running[0]);
  } catch (error) {
    await close();
    throw error;
  }
  const quiet = apiOf(server, token, { ...say, command: () => {} });
  return {
    server,
    gateway: `http://127.0.0.1:${gatewayPort}`,
    api: apiOf(server, token, say),
    quiet,
    agentIds: async () => {
      try {
        const { body } = await quiet.call("GET", "/v1/agents");
        return body
          .at("agents")
          .list()
          .map((agent) => agent.at("id").text());
      } catch (error) {
        say.detail(`the agents cannot be listed: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    },
    startAgent: (pool, joinToken, socket) => {
      const args = ["--server", server, "--token", joinToken, "--pool", pool, "--name", `${pool}-1`];
      say.command(`npm run agent -- ${args.join(" ")} --socket ${socket}`);
      const data = join(dataDir, `agent-${pool}`);
      const all = [...args, "--socket", socket, "--data", data];
      running.push(startNode(script("agent"), all, { logFile: join(dataDir, `agent-${pool}.log`) }));
    },
    close,
  };
}

async function answers(url: string, started: Started | undefined): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  while (Date.now() < end) {
    if (typeof started?.child.exitCode === "number")
      throw new Error(`the broker ended with ${started.child.exitCode} before it answered`);
    const status = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await wait(100);
  }
  throw new Error(`nothing answers at ${url} after ${READY_WITHIN_MS / 1_000} s`);
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
