import { getRandomValues, randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { Server } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { adapterFactories, createRegistry } from "../adapters/registry.ts";
import { loopbackServers } from "../adapters/sandbox/servers.ts";
import { fileState } from "../adapters/sandbox/state-file.ts";
import { createLineHub } from "../agent/line/broker-end.ts";
import { builtInBook } from "../catalog/book.ts";
import type { Ports } from "../broker/ports.ts";
import { createCounts } from "../gateway/counts.ts";
import { NODE_GATEWAY } from "../gateway/features.ts";
import { lastKnownFile, rememberAtIntervals } from "../gateway/node/last-known-file.ts";
import { createDirectSend } from "../gateway/node/send-direct.ts";
import { startGateway } from "../gateway/node/start-gateway.ts";
import { sendBy } from "../gateway/send.ts";
import { createSnapshots } from "../gateway/snapshots.ts";
import { authoriseAgent } from "../broker/agents.ts";
import { allEndpoints } from "../routes/all.ts";
import { createApp } from "../routes/app.ts";
import { openLibsqlStore } from "../store/libsql.ts";
import { agentDirectory } from "./agent-directory.ts";
import { parseNodeConfig, type NodeConfig } from "./config.ts";
import { firstStart } from "./first-start.ts";
import { serveLines } from "./lines.ts";
import { logTo } from "./log.ts";
import { startReconcileLoop, type ReconcileLoop } from "./reconcile-loop.ts";
import { reconcilePorts } from "./reconcile-ports.ts";
import { routeLoader } from "./route-loader.ts";

/** How long requests may finish when the process is asked to stop, ms. */
const GRACE_MS = 10_000;
const RANDOM_RANGE = 2 ** 32;

const parsed = parseNodeConfig(process.env);
if (parsed.ok) await main(parsed.config);
else {
  for (const problem of parsed.problems) console.error(problem);
  process.exitCode = 2;
}

async function main(config: NodeConfig): Promise<void> {
  const stopping = new AbortController();
  const log = logTo((line) => process.stderr.write(line), Date.now);
  await mkdir(join(config.dataDir, "sandbox"), { recursive: true, mode: 0o700 });
  const url = config.databaseUrl ?? `file:${join(config.dataDir, "berth.db")}`;
  const { store, close } = await openLibsqlStore({ url, now: Date.now() });
  const random = (bytes: number) => getRandomValues(new Uint8Array(bytes));
  const started = await firstStart({ store, now: Date.now, random }, config.adminToken);

  const hub = createLineHub({ now: () => performance.now() });
  const direct = createDirectSend();
  const counts = createCounts({ now: Date.now });
  const servers = loopbackServers();
  const book = builtInBook();
  const registry = createRegistry(
    adapterFactories({
      sandboxState: fileState(join(config.dataDir, "sandbox")),
      sandboxServers: servers,
      book,
      now: Date.now,
      agentDirectory: agentDirectory(store, hub),
    }),
  );
  const send = sendBy({ direct: direct.send, line: hub.send });
  const say = (sentence: string) => log("warn", sentence);
  const snapshots = createSnapshots({
    loader: routeLoader(store),
    lastKnown: lastKnownFile(join(config.dataDir, "routes.json"), say),
    now: Date.now,
    log: say,
  });
  rememberAtIntervals(snapshots, stopping.signal, say);
  const gateway = await startGateway({
    port: config.gatewayPort,
    host: config.host,
    pathRouting: true,
    lookup: snapshots,
    send,
    counts,
    features: NODE_GATEWAY,
    domain: config.gatewayDomain,
    draw: () => (getRandomValues(new Uint32Array(1))[0] ?? 0) / RANDOM_RANGE,
    newRequestId: randomUUID,
    now: Date.now,
    log: say,
  });

  let loop: ReconcileLoop | undefined = undefined;
  const ports: Ports = {
    store,
    open: (target) => registry.open(target),
    book,
    gateway: {
      features: NODE_GATEWAY,
      domain: config.gatewayDomain,
      pathBase: config.gatewayUrl ?? `http://${config.host}:${gateway.port}`,
    },
    now: Date.now,
    random,
    sleep: async (ms, signal) => {
      await wait(ms, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    },
    nudge: () => loop?.nudge(),
    ring: (agentId) => void hub.ring(agentId),
    log,
  };
  loop = startReconcileLoop(
    reconcilePorts(ports, {
      send,
      counts,
      snapshots,
      touched: (target) => loop?.touched(target),
      owner: randomUUID(),
    }),
  );

  const app = createApp(allEndpoints, {
    proveAgent: (of, { id, request, path, body }) =>
      authoriseAgent(of, { id, headers: request.headers, method: request.method, path, body }),
  });
  const server = serve(
    { fetch: (request) => app.fetch(request, ports), port: config.port, hostname: config.host },
    ({ port }) => {
      greet(config, port, gateway.port, started.newToken);
    },
  );
  if (!(server instanceof Server)) throw new Error("the API is not served over HTTP/1");
  const closeLines = serveLines(server, hub, ports);

  const stop = async () => {
    stopping.abort();
    closeLines();
    await Promise.all([loop?.stop(), gateway.close(GRACE_MS), closeServer(server)]);
    direct.close();
    await servers.close();
    await close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)));
}

function greet(config: NodeConfig, port: number, gatewayPort: number, newToken: string | undefined): void {
  console.log(`berth: API      http://${config.host}:${port}   (docs at /docs)`);
  console.log(`berth: gateway  http://${config.host}:${gatewayPort}/{project}/{environment}/{workload}/`);
  console.log(`berth: data     ${config.dataDir}`);
  if (newToken !== undefined)
    console.log(`berth: administrator's token, shown this once:\n\n  export BERTH_TOKEN=${newToken}\n`);
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
}
