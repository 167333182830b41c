import type { AgentDirectory } from "../../../src/adapters/agent/directory.ts";
import type { AgentReport } from "../../../src/domain/agent.ts";
import type { Observation, Unrecognised } from "../../../src/domain/observation.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { Agent } from "../../../src/store/instance.ts";
import type { StoredUnit } from "../../../src/store/store.ts";

/** A directory in memory with hosts that do what they are told when `sync` runs: an agent without an engine. */
export function memoryAgents(now: () => number) {
  const agents = new Map<string, Agent>();
  const stored = new Map<string, StoredUnit>();
  /** Agent -> unit id -> replicas: what really runs. */
  const running = new Map<string, Map<string, number>>();
  const tries = new Map<string, HeldTry>();
  const starts: string[] = [];
  const rung: string[] = [];
  const closed = new Set<string>();
  const on = (agentId: string) =>
    [...stored.values()].filter(({ unit, state }) => unit.place.host === agentId && state !== "gone");

  const directory: AgentDirectory = {
    agents: async (project, pool) =>
      [...agents.values()].filter((agent) => agent.project === project && agent.pool === pool),
    unitsOn: async (agentId) => on(agentId),
    tryOn: async (agentId, name) => {
      const held = tries.get(name);
      return held?.host === agentId ? { id: held.id, report: held.report } : undefined;
    },
    ring: (agentId) => void rung.push(agentId),
    connected: (agentId) => !closed.has(agentId),
    async logs(_agentId, ref) {
      const line = {
        at: new Date(now()).toISOString(),
        stream: "stdout",
        line: "hello",
        container: ref.workload,
      };
      return new Response(`${JSON.stringify(line)}\n`).body ?? new ReadableStream();
    },
  };

  return {
    directory,
    rung,
    /** Close an agent's line; its polls go on. */
    hangUp: (agentId: string) => void closed.add(agentId),
    join(name: string, report: Partial<AgentReport> = {}, pool = "home") {
      const id = `agt-${name}`;
      agents.set(id, {
        id,
        project: "p1",
        pool,
        name,
        publicKey: "key",
        joinedAt: now(),
        report: { ...REPORT, seenAt: now(), ...report },
      });
      running.set(id, new Map());
      return id;
    },
    joinSilently(name: string) {
      agents.set(name, { id: name, project: "p1", pool: "home", name, publicKey: "key", joinedAt: now() });
    },
    /** The agent reports these as ours but told of by nobody. */
    findStrays(agentId: string, unrecognised: readonly Unrecognised[]) {
      const agent = agents.get(agentId);
      if (agent?.report !== undefined)
        agents.set(agentId, { ...agent, report: { ...agent.report, unrecognised } });
    },
    leave: (agentId: string) => void agents.delete(agentId),
    put(unit: Unit, changes: Partial<StoredUnit> = {}) {
      stored.set(unit.id, { ...stored.get(unit.id), unit, state: "wanted", ...changes });
    },
    doom(unit: Unit) {
      stored.set(unit.id, { ...stored.get(unit.id), unit, state: "doomed", doomedAt: now() });
    },
    /** One sync of one agent: it follows the desired list and says what it sees. */
    sync(agentId: string) {
      const agent = agents.get(agentId);
      const here = running.get(agentId);
      if (agent?.report === undefined || here === undefined) return;
      agents.set(agentId, { ...agent, report: { ...agent.report, seenAt: now() } });
      for (const before of on(agentId)) {
        const { unit, state } = before;
        if (state === "wanted") here.set(unit.id, unit.replicas.min);
        else here.delete(unit.id);
        const observation = seenAs(agentId, unit, here.get(unit.id), now());
        stored.set(unit.id, { ...before, observation, observedAt: now() });
      }
      for (const [name, held] of tries) {
        if (held.host !== agentId) continue;
        if (held.report === undefined && !held.leaving) starts.push(name);
        tries.set(name, { ...held, report: reportOf(held, now()) });
      }
    },
    /** What the broker stores of a try before it starts it, and before it takes it away. */
    putTry: (host: string, name: string) => {
      if (!tries.has(name)) tries.set(name, { host, id: `try-${name}`, leaving: false });
    },
    endTry(name: string) {
      const held = tries.get(name);
      if (held !== undefined) tries.set(name, { ...held, leaving: true });
    },
    starts: (): readonly string[] => starts,
    made: () => [...running.values()].flatMap((units) => Array.from(units.keys())),
    run: (agentId: string, unitId: string) => void running.get(agentId)?.set(unitId, 1),
  };
}

const REPORT: AgentReport = {
  seenAt: 0,
  capacity: { milliCpu: 4_000, memoryMiB: 8_192 },
  arch: "amd64",
  labels: { zone: "attic" },
  engine: "podman",
  version: "4.3.1",
  engineOk: true,
  guard: { registries: ["*"] },
  epoch: 1,
};

interface HeldTry {
  readonly host: string;
  readonly id: string;
  readonly leaving: boolean;
  readonly report?: Observation | undefined;
}

/** A try begins at one sync, has ended with exit code 0 by the next, and is not there any more once it is to go. */
function reportOf({ id, leaving, report }: HeldTry, at: number): Observation {
  const common = { unit: id, restarts: 0, lastLines: [], endpoints: [], ready: 0, at };
  if (leaving) return { ...common, phase: "stopped", replicas: 0 };
  if (report === undefined) return { ...common, phase: "ready", ready: 1, replicas: 1 };
  return { ...common, phase: "stopped", replicas: 1, exitCode: 0 };
}

function seenAs(agentId: string, unit: Unit, replicas: number | undefined, at: number): Observation {
  const common = { unit: unit.id, restarts: 0, lastLines: [], at };
  if (replicas === undefined) return { ...common, phase: "stopped", ready: 0, replicas: 0, endpoints: [] };
  const endpoints = Array.from({ length: replicas }, (_, replica) => ({
    replica,
    url: `line://${agentId}/${unit.id}/${replica}/8080`,
    transport: "line" as const,
    bypassable: false,
    ready: true,
  }));
  return { ...common, phase: "ready", ready: replicas, replicas, endpoints };
}
