import { LEASE_MS } from "../../domain/agent-timing.ts";
import { AdapterError, Fault } from "../../domain/fault.ts";
import type { Observation } from "../../domain/observation.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Agent, Target } from "../../store/instance.ts";
import type { StoredUnit } from "../../store/store.ts";
import type { Adapter, Call, KnownUnits, UnitRef } from "../adapter.ts";
import { parseAgentsConfig } from "./config.ts";
import { byHand } from "./by-hand.ts";
import type { AgentDirectory } from "./directory.ts";
import { AGENT_FEATURES } from "./features.ts";
import { agentRuns } from "./runs.ts";
import { emptyPoolOffer, hostOffer } from "./offers.ts";

export interface AgentPorts {
  readonly agentDirectory: AgentDirectory;
  readonly now: () => number;
}

/**
 * A pool of agents as one place. The store says what is wanted and the agents fetch it, so no verb here reaches a host:
 * `apply` and `destroy` ring, `observe` tells what was last reported. Throws `Fault` when the target's config does not parse.
 */
export function agentsAdapter(target: Target, ports: AgentPorts): Adapter {
  const config = parseAgentsConfig(target.config);
  const { agentDirectory: directory, now } = ports;
  const { project } = target;
  if (project === undefined)
    throw new Fault(
      "invalid-body",
      `The pool of target ${target.name} needs a project: agents join a project, so connect the target in one.`,
    );
  const pool = {
    target: target.name,
    config,
    ratesAsOf: new Date(target.createdAt).toISOString().slice(0, 10),
  };
  const members = () => directory.agents(project, config.pool);

  return {
    contract: "adapter/v1",
    provider: "agents",
    features: AGENT_FEATURES,
    async offers(needs, call) {
      refuseWhenAborted(call);
      const agents = await members();
      if (agents.length === 0) return [emptyPoolOffer(pool, needs)];
      return await Promise.all(
        agents.map(async (agent) => hostOffer(pool, needs, agent, await directory.unitsOn(agent.id), now())),
      );
    },
    // The same form `SyncReply.units` has: what the agent is told is the unit itself.
    render: (unit) => JSON.parse(JSON.stringify(unit)) as unknown,
    async apply(unit, call) {
      refuseWhenAborted(call);
      const agent = hostOf(unit, await members(), config.pool);
      const stored = (await directory.unitsOn(agent.id)).find((other) => other.unit.id === unit.id);
      directory.ring(agent.id);
      return stored?.observation ?? notHeardYet(unit, now());
    },
    async observe(known, call) {
      refuseWhenAborted(call);
      const looks = await Promise.all((await members()).map((agent) => look(directory, agent, known, now())));
      return {
        complete: looks.every(({ complete }) => complete),
        observations: looks.flatMap(({ observations }) => observations),
        unrecognised: looks.flatMap(({ unrecognised }) => unrecognised),
      };
    },
    async destroy(ref, call) {
      refuseWhenAborted(call);
      return await removal(directory, await members(), ref);
    },
    async logs(ref, query, call) {
      refuseWhenAborted(call);
      const agent = await holder(directory, await members(), ref, config.pool);
      return await directory.logs(agent.id, ref, query, call.signal);
    },
    runs: agentRuns({
      directory,
      now,
      agentOf: async (unit) => (await members()).find(({ id }) => id === unit.place.host),
      hostOf: async (unit) => hostOf(unit, await members(), config.pool),
      refuseWhenAborted,
    }),
  };
}

async function removal(
  directory: AgentDirectory,
  agents: readonly Agent[],
  ref: UnitRef,
): Promise<"gone" | "going"> {
  const found = await find(directory, agents, ref);
  // No agent holds it: it was never there, has been confirmed gone, or its host was removed from the pool.
  if (found === undefined || isConfirmedGone(found.stored)) return "gone";
  directory.ring(found.agent.id);
  return "going";
}

async function holder(
  directory: AgentDirectory,
  agents: readonly Agent[],
  ref: UnitRef,
  pool: string,
): Promise<Agent> {
  const agent = await agentWith(directory, agents, ref);
  if (agent === undefined)
    throw new AdapterError(
      "invalid",
      `No agent of the pool ${pool} holds ${ref.name}; its logs went with it.`,
    );
  if (directory.connected(agent.id)) return agent;
  throw new AdapterError(
    "unavailable",
    `The line to agent ${agent.name} is closed, and logs come over it; try again when it is back.`,
  );
}

// A stop counts only by a look that found no container left, and only when the agent looked after it was told: before that
// it may have been starting the unit again.
function isConfirmedGone({ observation, observedAt, doomedAt }: StoredUnit): boolean {
  if (observation?.phase !== "stopped" || observation.replicas > 0) return false;
  return doomedAt === undefined || (observedAt ?? 0) > doomedAt;
}

function hostOf(unit: Unit, agents: readonly Agent[], pool: string): Agent {
  const agent = agents.find(({ id }) => id === unit.place.host);
  if (agent !== undefined) return agent;
  // Nobody may have more there, for good: another place has to be found.
  throw new AdapterError(
    "capacity",
    `The agent ${unit.place.host ?? "(none)"} is not in the pool ${pool} any more.`,
  );
}

async function look(directory: AgentDirectory, agent: Agent, known: KnownUnits, now: number) {
  const units = await directory.unitsOn(agent.id);
  const { report } = agent;
  const tries = new Set([...known.values()].flatMap((one) => [...one.tries]));
  const heard = report !== undefined && report.engineOk && now - report.seenAt <= LEASE_MS;
  return {
    complete: units.length === 0 || heard,
    observations: units.flatMap(({ observation }) => (observation === undefined ? [] : [observation])),
    // By an agent's word a try is a unit of its own, of which its name is known here.
    unrecognised: (report?.unrecognised ?? [])
      .filter(({ unit, name }) => !known.has(unit) && !tries.has(name))
      .map((stray) => ({ ...stray, byHand: byHand(agent, stray) })),
  };
}

async function find(
  directory: AgentDirectory,
  agents: readonly Agent[],
  ref: UnitRef,
): Promise<{ readonly agent: Agent; readonly stored: StoredUnit } | undefined> {
  for (const agent of agents) {
    if (ref.host !== undefined && ref.host !== agent.id) continue;
    const stored = (await directory.unitsOn(agent.id)).find(({ unit }) => unit.id === ref.id);
    if (stored !== undefined) return { agent, stored };
  }
  return undefined;
}

/** The agent that holds a unit, or a try of a job by its name. */
async function agentWith(
  directory: AgentDirectory,
  agents: readonly Agent[],
  ref: UnitRef,
): Promise<Agent | undefined> {
  const host = agents.find(({ id }) => id === ref.host);
  const held = host === undefined ? undefined : await directory.tryOn(host.id, ref.name);
  return held?.id === ref.id ? host : (await find(directory, agents, ref))?.agent;
}

function notHeardYet(unit: Unit, now: number): Observation {
  const { id } = unit;
  return {
    unit: id,
    phase: "creating",
    ready: 0,
    replicas: 0,
    endpoints: [],
    restarts: 0,
    lastLines: [],
    at: now,
  };
}

function refuseWhenAborted(call: Call): void {
  if (call.signal.aborted)
    throw new AdapterError("unavailable", "The call was ended before the agents' directory answered.", {
      cause: call.signal.reason,
    });
}
