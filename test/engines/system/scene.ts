import type { BuiltImage } from "../../../src/agent/image/build-image.ts";
import { busyboxImage } from "../../../src/agent/image/busybox-image.ts";
import { startAgent } from "../harness/agent-process.ts";
import type { AgentProcess } from "../harness/agent-process.ts";
import { startEngine } from "../harness/engine.ts";
import type { TestEngine } from "../harness/engine.ts";
import { installEngines } from "../harness/install.ts";
import type { EngineKind } from "../harness/install.ts";
import { createNetwork } from "../harness/network.ts";
import type { Host, Network } from "../harness/network.ts";
import { eventually } from "../harness/patience.ts";
import { startBroker } from "./broker-process.ts";
import type { BrokerProcess } from "./broker-process.ts";
import { clientOf } from "./client.ts";
import type { Client } from "./client.ts";

/** The small image that every engine of a scene has. */
export const BUSYBOX = "localhost/busybox:1";

/** A broker, hosts with engines, and agents: everything real, and all of it gone after `close`. */
export interface Scene {
  readonly network: Network;
  readonly broker: BrokerProcess;
  readonly client: Client;
  /** An engine on a host of its own, or on the host given. */
  engine(kind: EngineKind, host?: Host): Promise<TestEngine>;
  /** An agent that joined a pool and has reported its engine; the pool is connected as a target of its name. */
  agent(engine: TestEngine, pool: string, options?: readonly string[]): Promise<AgentProcess>;
  /** Something to be undone at the end, before everything that was there first. */
  later(undo: () => Promise<void>): void;
  close(): Promise<void>;
}

/** Start a broker on a network of its own. */
export async function openScene(kinds: readonly EngineKind[]): Promise<Scene> {
  await installEngines(kinds);
  const undos: (() => Promise<void>)[] = [];
  const logs: (() => Promise<string>)[] = [];
  const close = async (): Promise<void> => {
    // To see what the processes said in a failed run: BERTH_LOGS=1.
    if (process.env["BERTH_LOGS"] === "1") for (const log of logs) console.log(await log());
    await undoAll(undos);
  };
  try {
    const network = await createNetwork();
    undos.push(() => network.remove());
    const broker = await startBroker(network.gateway);
    undos.push(() => broker.remove());
    logs.push(() => broker.log());
    const busybox = await busyboxImage({ name: BUSYBOX, entrypoint: ["/bin/sh"] });
    if (busybox === undefined) throw new Error("no static busybox on this host");
    const client = clientOf(broker);
    return {
      network,
      broker,
      client,
      engine: async (kind, host) => {
        const starting = startOn(network, kind, host);
        undos.push(() => removeStarted(starting));
        const engine = await starting;
        await load(engine, busybox);
        return engine;
      },
      agent: async (engine, pool, options = []) => {
        const joining = join(broker, client, engine, pool, options);
        undos.push(() => removeStarted(joining));
        const agent = await joining;
        logs.push(async () => agent.log());
        return agent;
      },
      later: (undo) => void undos.push(undo),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const startOn = async (network: Network, kind: EngineKind, host: Host | undefined): Promise<TestEngine> =>
  await startEngine(kind, host ?? (await network.addHost()));

/** Whatever is still starting is waited for first; what did not start has said so, and left nothing. */
async function removeStarted(starting: Promise<{ remove(): Promise<void> }>): Promise<void> {
  const [started] = await Promise.allSettled([starting]);
  if (started.status === "fulfilled") await started.value.remove();
}

/** Put an image into an engine. */
export async function load(engine: TestEngine, image: BuiltImage): Promise<void> {
  await engine.api.load(image.tar());
}

let joined = 0;

async function join(
  broker: BrokerProcess,
  client: Client,
  engine: TestEngine,
  pool: string,
  options: readonly string[],
): Promise<AgentProcess> {
  const token = (await client.call("POST", "/v1/agents", { pool })).body.at("joinToken").text();
  joined += 1;
  const name = `${engine.kind}-${String(joined)}`;
  const own = ["--token", token, "--pool", pool, "--name", name];
  const agent = await startAgent(engine, broker.server, [...own, ...options]);
  try {
    await eventually(
      async () => (await client.call("GET", "/v1/agents")).body.at("agents").list(),
      (agents) =>
        agents.some((one) => one.at("name").text() === name && one.at("report", "engineOk").value === true),
    );
    await client.call("PUT", `/v1/targets/${pool}`, { kind: "agents", pool });
    return agent;
  } catch (error) {
    const said = agent.log();
    await agent.remove();
    throw new Error(`${name} did not join:\n${said}`, { cause: error });
  }
}

/** Every step is taken, whatever became of the others. */
async function undoAll(undos: (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
    try {
      await undo();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, "not everything could be removed");
}
