import { syncAgent } from "../../src/broker/sync-agent.ts";
import type { Agent } from "../../src/store/instance.ts";
import { SimulatedHost } from "../sim/host.ts";
import type { Bench } from "./ports.ts";

/** One host that has joined a pool of the bench's project, and syncs when it is told to. */
export interface JoinedHost {
  readonly agent: Agent;
  readonly host: SimulatedHost;
  /** The host does what is due, tells the broker, and takes its answer. */
  readonly sync: () => Promise<void>;
}

/** Lets a host join; its pool is connected as a target of the same name. */
export async function joinHost(bench: Bench, name: string, pool = "home"): Promise<JoinedHost> {
  const { store } = bench.file;
  const { project } = bench.caller;
  await bench.connect(pool, { kind: "agents", pool });
  const now = bench.clock.now;
  await store.insertJoinToken({ hash: name, project: project.id, pool, expiresAt: now + 1, createdAt: now });
  const newAgent = { id: `agt_${name}`, name, publicKey: "key", joinedAt: now };
  const agent = await store.joinAgent(name, newAgent, now);
  if (agent === undefined) throw new Error(`the bench's agent ${name} could not join`);
  const host = new SimulatedHost(agent.id, (await store.installation(now)).id);
  const sync = async () => {
    host.step(bench.clock.now);
    const sentAt = bench.clock.now;
    host.take(await syncAgent(bench.main.ports, agent, host.request(sentAt)), sentAt);
    host.step(bench.clock.now);
  };
  await sync();
  return { agent, host, sync };
}

/** The clock goes on by `ms`; each second the hosts sync and the broker makes its passes. */
export async function runWith(bench: Bench, hosts: readonly JoinedHost[], ms: number): Promise<void> {
  const end = bench.clock.now + ms;
  while (bench.clock.now < end) {
    await bench.run(Math.min(1_000, end - bench.clock.now));
    for (const { sync } of hosts) await sync();
    await bench.main.pass();
  }
}
