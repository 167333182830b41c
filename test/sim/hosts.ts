import { syncAgent } from "../../src/broker/sync-agent.ts";
import type { Agent } from "../../src/store/instance.ts";
import type { Store } from "../../src/store/store.ts";
import { SimulatedHost } from "./host.ts";
import type { World } from "./world.ts";

const SYNC_MS = 1_000;
const STEP_MS = 250;

/** Lets hosts join the pool `home` of the world's project. */
export async function joinHosts(world: World, store: Store, count: number): Promise<readonly HostLoop[]> {
  const { project } = world.caller;
  const { id: installation } = await store.installation(world.clock());
  const loops: HostLoop[] = [];
  for (let number = 1; number <= count; number += 1) {
    const name = `host-${number}`;
    const now = world.clock();
    const token = { hash: name, project: project.id, pool: "home", expiresAt: now + 1, createdAt: now };
    await store.insertJoinToken(token);
    const agent = await store.joinAgent(name, { id: name, name, publicKey: "key", joinedAt: now }, now);
    if (agent === undefined) throw new Error(`${name} could not join`);
    const host = new SimulatedHost(name, installation);
    host.onStart = (unit) => world.note(`${name} starts ${unit}`);
    host.tries.onBegin = (unit) => {
      world.note(`${name} begins the try ${unit.name}`);
      world.judgeTries();
    };
    // An agent may obey an answer from before a restore: what the older copy says of the unit then tells nothing.
    host.onRemove = (unit) => {
      world.note(`${name} removes ${unit}`);
      if (!world.restored) world.destroying(unit);
    };
    world.truth.hosts.push(host);
    loops.push(new HostLoop(world, agent, host));
  }
  return loops;
}

/** A host's life: it does what is due, and tells the broker each second if it can. */
export class HostLoop {
  readonly host: SimulatedHost;
  readonly #world: World;
  readonly #agent: Agent;
  /** Rises when its agent dies: what was under way then is for nobody. */
  #life = 0;

  constructor(world: World, agent: Agent, host: SimulatedHost) {
    this.#world = world;
    this.#agent = agent;
    this.host = host;
  }

  /** Runs for as long as the simulation does. */
  start(): void {
    void this.#live();
    void this.#tell();
  }

  // The engine and the watchdog wait for nobody.
  async #live(): Promise<void> {
    for (;;) {
      await this.#world.time.sleep(STEP_MS);
      this.host.step(this.#world.time.now);
    }
  }

  async #tell(): Promise<void> {
    const { time, dice } = this.#world;
    for (;;) {
      await time.sleep(SYNC_MS + dice.between(-100, 100));
      if (this.host.agentUp) await this.#sync();
    }
  }

  /** Nobody reaches the host, and it reaches nobody. */
  cut(cut: boolean): void {
    if (cut) this.#world.cutOff.add(this.host.id);
    else this.#world.cutOff.delete(this.host.id);
  }

  /** The agent's process dies, or is started again. */
  agent(up: boolean): void {
    if (!up) this.#life += 1;
    this.host.agentUp = up;
  }

  async #sync(): Promise<void> {
    const { time, dice, cutOff } = this.#world;
    const isCut = () => cutOff.has(this.host.id);
    const life = this.#life;
    const sentAt = time.now;
    const request = this.host.request(sentAt);
    await time.sleep(this.#latency());
    const broker = this.#world.someProcess();
    if (isCut() || broker === undefined) return;
    try {
      const reply = await syncAgent(broker.ports, this.#agent, request);
      await time.sleep(this.#latency());
      if (isCut() || life !== this.#life || dice.chance(this.#world.rates.lostAnswer)) return;
      this.host.take(reply, sentAt);
      this.host.step(time.now);
    } catch (error) {
      // The broker died or its store was lost: the agent hears nothing, and asks again.
      this.#world.note(`${this.host.id} was not answered: ${String(error)}`);
    }
  }

  #latency(): number {
    const { dice, rates } = this.#world;
    return dice.chance(rates.stall) ? dice.between(1_000, 9_000) : dice.between(1, 30);
  }
}
