import { getRandomValues, randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { adapterFactories, createRegistry } from "../adapters/registry.ts";
import { createThrottle } from "../adapters/throttle.ts";
import { loopbackServers } from "../adapters/sandbox/servers.ts";
import { fileState } from "../adapters/sandbox/state-file.ts";
import { createLineHub } from "../agent/line/broker-end.ts";
import type { Ports } from "../broker/ports.ts";
import { identityToken } from "../broker/identity-token.ts";
import { keptBooks } from "../broker/kept-books.ts";
import { livePrices } from "../broker/live-prices.ts";
import { NODE_GATEWAY } from "../gateway/features.ts";
import { openLibsqlStore } from "../store/libsql.ts";
import { agentDirectory } from "./agent-directory.ts";
import { cloudPorts } from "./cloud-ports.ts";
import { parseNodeConfig, type NodeConfig } from "./config.ts";
import { issuerOf, prepareIssuer } from "./issuer.ts";
import { firstStart } from "./first-start.ts";
import { logTo } from "./log.ts";
import { keepPrices } from "./price-loop.ts";
import { keepPruned } from "./prune-loop.ts";
import { keepMoney } from "./money-loop.ts";
import { keepPolicies } from "./policy-loop.ts";
import { keepHolds } from "./holds-loop.ts";
import { startReconcileLoop, type ReconcileLoop } from "./reconcile-loop.ts";
import { registryFetch } from "./registry-fetch.ts";
import { registryImages } from "./registry-images.ts";
import { reconcilePorts } from "./reconcile-ports.ts";
import { serveApi } from "./serve-api.ts";
import { serveGateway } from "./serve-gateway.ts";
import { startProblem } from "./start-problem.ts";
import { sealingOf } from "./sealing.ts";

// The database and the token's hash are this user's own.
process.umask(0o077);
const parsed = parseNodeConfig(process.env);
if (parsed.ok)
  await main(parsed.config).catch((error: unknown) => {
    console.error(startProblem(error, parsed.config));
    process.exit(1);
  });
else {
  for (const problem of parsed.problems) console.error(problem);
  process.exitCode = 2;
}

async function main(config: NodeConfig): Promise<void> {
  const log = logTo((line) => process.stderr.write(line), Date.now);
  await mkdir(join(config.dataDir, "sandbox"), { recursive: true, mode: 0o700 });
  const url = config.databaseUrl ?? `file:${join(config.dataDir, "berth.db")}`;
  const { store, close } = await openLibsqlStore({ url, now: Date.now() });
  const random = (bytes: number) => getRandomValues(new Uint8Array(bytes));
  const sealing = await sealingOf(config, random);
  const started = await firstStart({ store, now: Date.now, random }, config.adminToken);
  const hub = createLineHub({ now: () => performance.now() });
  const servers = loopbackServers();
  const { prices } = config;
  const web = { fetch, sleep, draw: Math.random };
  const live = livePrices({ web, now: Date.now, ...prices });
  const books = keptBooks({ store, now: Date.now, log, live });
  await books.catchUp();
  const { sealer } = sealing;
  const issuer = issuerOf(config.clouds, { store, sealer, now: Date.now, random });
  const throttle = createThrottle({ now: Date.now, sleep });
  const clouds = { store, sealer, throttle, book: books.current, now: Date.now, ...web };
  const registry = createRegistry(
    adapterFactories({
      sandboxState: fileState(join(config.dataDir, "sandbox")),
      sandboxServers: servers,
      book: books.current,
      now: Date.now,
      agentDirectory: agentDirectory(store, hub),
      cloud: cloudPorts({ ...clouds, settings: config.clouds, issuer }),
    }),
  );
  const own = { store, open: registry.open };
  const gateway = await serveGateway({
    config,
    store,
    hub,
    log,
    sleep,
    identityToken: (auth, signal) => identityToken(own, auth, signal),
  });
  let loop: ReconcileLoop | undefined = undefined;
  const ports: Ports = {
    ...own,
    books,
    sealer: sealing.sealer,
    images: registryImages({
      store,
      sealer: sealing.sealer,
      now: Date.now,
      fetch: registryFetch(config.registryReach),
      reach: config.registryReach,
    }),
    issuer,
    gateway: {
      features: NODE_GATEWAY,
      domain: config.gatewayDomain,
      pathBase: config.gatewayUrl ?? `http://${config.host}:${gateway.port}`,
    },
    now: Date.now,
    random,
    sleep,
    nudge: () => loop?.nudge(),
    ring: (agentId) => void hub.ring(agentId),
    log,
    ...config.retention,
  };
  // With a database that other processes share, what this one counts is not all: unknown is never zero.
  const counts = config.databaseUrl === undefined ? gateway.counts : undefined;
  const api = await serveApi(ports, hub, config);
  const owner = randomUUID();
  loop = startReconcileLoop(
    reconcilePorts(ports, {
      ...gateway,
      counts,
      touched: (target) => loop?.touched(target),
      owner,
    }),
  );
  void prepareIssuer(ports);
  const stopping = new AbortController();
  void keepPrices(ports, prices.refreshHours, stopping.signal);
  void keepPruned(ports, stopping.signal);
  const money = keepMoney(ports, owner, stopping.signal);
  const holds = keepHolds(ports, owner, stopping.signal);
  const policies = keepPolicies(ports, owner, stopping.signal);
  greet(config, api.port, gateway.port, { ...started, ...sealing });

  const stop = async () => {
    stopping.abort();
    await Promise.all([loop?.stop(), money, holds, policies, gateway.close(), api.close()]);
    await store.releaseLeases(owner);
    await servers.close();
    await close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)));
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

interface FirstTime {
  readonly newToken: string | undefined;
  /** Where the sealing key was put that this start made. */
  readonly newFile: string | undefined;
}

function greet(config: NodeConfig, port: number, gatewayPort: number, first: FirstTime): void {
  const { newToken, newFile } = first;
  console.log(`berth: API      http://${config.host}:${port}   (docs at /docs)`);
  console.log(`berth: gateway  http://${config.host}:${gatewayPort}/{project}/{environment}/{workload}/`);
  console.log(`berth: data     ${config.dataDir}`);
  if (newFile !== undefined)
    console.log(`berth: sealing  ${newFile}   (a new key: keep a copy apart from the database's)`);
  if (newToken !== undefined)
    console.log(`berth: administrator's token, shown this once:\n\n  export BERTH_TOKEN=${newToken}\n`);
}
