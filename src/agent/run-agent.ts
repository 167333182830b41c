import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Send } from "../domain/upstream.ts";
import { addressesFor } from "./addresses.ts";
import { Bell } from "./bell.ts";
import { brokerUrl, lineAuthorisation } from "./broker-client.ts";
import type { BrokerPorts } from "./broker-client.ts";
import { Daemon } from "./daemon.ts";
import type { EngineAddress } from "./drivers/dial.ts";
import { dockerDriver } from "./drivers/docker.ts";
import type { Driver, EngineInfo } from "./drivers/driver.ts";
import { joinedIdentity } from "./join.ts";
import { uptimeMs } from "./lease.ts";
import { readLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { connectLine } from "./line/agent-end.ts";
import { probe } from "./probe.ts";
import { keepSyncing } from "./sync.ts";
import type { SyncOptions } from "./sync.ts";
import { WatchdogKeeper } from "./watchdog-keeper.ts";
import { unsafeWay } from "./safe-way.ts";
import { SecretVault } from "./secret-vault.ts";
import { RegistryLogins } from "./registry-logins.ts";
import { withSecrets } from "./with-secrets.ts";

/** What an agent is started with. */
export interface AgentOptions {
  readonly server: string;
  /** Single-use; needed only until the agent has joined. */
  readonly joinToken?: string | undefined;
  readonly pool: string;
  readonly name: string;
  readonly engine: EngineAddress;
  readonly dataDir: string;
  /** Host name or address at which the broker reaches this host directly. */
  readonly address?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** The host owner's guard file; `agent.yaml` in the data folder when not given. */
  readonly guardFile?: string | undefined;
  /** Speaks HTTP to a container. */
  readonly send: Send;
  readonly log: (sentence: string) => void;
}

const ENGINE_RETRY_MS = 2_000;

/** Run an agent until aborted. Throws a sentence when it cannot begin: no token, a wrong pool, a guard file that cannot be read. */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { log, dataDir, address } = options;
  const broker: BrokerPorts = {
    server: options.server,
    fetch: globalThis.fetch,
    now: Date.now,
    nonce: () => randomBytes(16).toString("base64url"),
  };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const limits = await readLimits(
    options.guardFile ?? join(dataDir, "agent.yaml"),
    options.guardFile !== undefined,
  );
  const { key, joined } = await joinedIdentity(options, broker);
  const { installation, agentId } = joined;
  const { publishOn, dialHost } = await addressesFor(address);
  const engine: { daemon?: Daemon } = {};
  const vault = await SecretVault.open(dataDir, log);
  const noSecrets = unsafeWay(options.server);
  const logins = new RegistryLogins();
  const docker = dockerDriver({
    address: options.engine,
    authFor: (image) => logins.authFor(image),
    owner: { installation, agent: agentId },
    epoch: () => engine.daemon?.epoch ?? 0,
    limits,
    publishOn,
  });
  const driver = withSecrets(docker, vault, noSecrets);
  const info = await engineInfo(driver, log, signal);
  if (info === undefined) return;
  log(`agent ${agentId} in pool ${joined.pool}, on ${info.engine} ${info.version}`);

  const bell = new Bell();
  const onChanged = (): void => bell.ring();
  const token = randomBytes(16).toString("hex");
  const watchdog = new WatchdogKeeper({
    dataDir,
    engine: options.engine,
    driver,
    agent: agentId,
    installation,
    token,
    log,
  });
  const clocks = { now: Date.now, uptime: uptimeMs, random: Math.random };
  const host = { agentId, installation, dataDir, address, dialHost };
  const daemon = await Daemon.open({ ...host, ...clocks, driver, probe, watchdog, vault, log, onChanged });
  engine.daemon = daemon;
  const line = connectLine({
    ...clocks,
    url: lineUrl(options.server, agentId),
    headers: async () => ({ authorization: lineAuthorisation(broker, agentId, key) }),
    onRing: onChanged,
    dial: async (unit, replica, port) => daemon.dial(unit, replica, port),
    logs: (unit, query) => daemon.logs(unit, query),
    send: options.send,
    signal,
    log,
  });
  const report = (): HostReport => reportOf(options, info, limits);
  const secretsOf = () => (noSecrets === undefined ? vault.held() : undefined);
  const takeLogins: SyncOptions["takeLogins"] = (given) => logins.keep(given);
  const said = { daemon, report, secretsOf, takeLogins };
  const syncing = keepSyncing({ ...broker, ...clocks, agentId, key, ...said, bell, log }, signal);
  await Promise.all([daemon.run(signal), syncing, line.done]);
}

type HostReport = ReturnType<SyncOptions["report"]>;

/** What this host has, and what its owner allows. */
function reportOf({ labels, address }: AgentOptions, info: EngineInfo, limits: Limits): HostReport {
  const { capacity, arch, engine, version } = info;
  const { registries, maxMemoryMiB } = limits;
  const guard = { registries, ...(maxMemoryMiB === undefined ? {} : { maxMemoryMiB }) };
  return { capacity, arch, engine, version, labels, guard, ...(address === undefined ? {} : { address }) };
}

/** What the engine says of itself; waits for an engine that is not up yet. Undefined when aborted first. */
async function engineInfo(
  driver: Driver,
  log: (sentence: string) => void,
  signal: AbortSignal,
): Promise<EngineInfo | undefined> {
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      return await driver.info();
    } catch (error) {
      if (tries === 0)
        log(`waiting for the engine: ${error instanceof Error ? error.message : String(error)}`);
      await wait(ENGINE_RETRY_MS);
    }
  }
  return undefined;
}

function lineUrl(server: string, agentId: string): string {
  const url = brokerUrl(server, `/v1/agents/${agentId}/line`);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
