import type { SyncReply, SyncRequest } from "../domain/agent-protocol.ts";
import { LEASE_MS, POLL_MS } from "../domain/agent-timing.ts";
import type { Observation } from "../domain/observation.ts";
import type { Unit } from "../domain/plan.ts";
import type { Agent, Installation, Target } from "../store/instance.ts";
import type { StoredUnit } from "../store/store.ts";
import { poolTargets } from "./host-units.ts";
import type { Ports } from "./ports.ts";
import { loginsForSync } from "./sync-logins.ts";
import { secretsForSync } from "./sync-secrets.ts";
import { syncTries } from "./sync-tries.ts";

/** How far ahead an agent's epoch may be and still be believed: a lying agent shall not drive the count without end. */
const MAX_EPOCH_GAP = 100;

type SyncPorts = Pick<Ports, "store" | "sealer" | "now" | "log" | "nudge">;

/**
 * One sync: keep what the agent says of its host, and answer what it must hold. Only units that the reconciler has started are
 * handed out, so that a replacement never comes before its turn. What the agent says of other hosts' units is not heard.
 */
export async function syncAgent(ports: SyncPorts, agent: Agent, request: SyncRequest): Promise<SyncReply> {
  const now = ports.now();
  await ports.store.touchAgent(agent.id, {
    ...request.report,
    seenAt: now,
    unrecognised: request.unrecognised,
  });
  const before = await ports.store.installation(now);
  const older = request.report.epoch > before.epoch;
  const installation = older ? await overtake(ports, agent, before, request.report.epoch) : before;
  const units = await hear(ports, agent, request, now);
  const tries = await syncTries(ports, agent, request);
  const wanted = [
    ...units.filter((stored) => stored.state === "wanted" && stored.appliedAt !== undefined).map(asSent),
    ...tries.units,
  ];
  const secrets =
    request.secretsOf === undefined ? [] : await secretsForSync(ports, wanted, request.secretsOf);
  const logins = request.secretsOf === undefined ? [] : await loginsForSync(ports, agent, wanted, request);
  return {
    installation: installation.id,
    epoch: installation.epoch,
    leaseMs: LEASE_MS,
    pollMs: POLL_MS,
    units: wanted,
    // An older copy of the database decides nothing for good in the same breath in which it finds out.
    doomed: older
      ? []
      : [...units.filter((stored) => stored.state === "doomed").map(tombstone), ...tries.doomed],
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(logins.length === 0 ? {} : { logins }),
  };
}

// The replicas the reconciler last sent, not those the newest plan asks for: after a rollback only these are decided.
const asSent = ({ unit, appliedReplicas }: StoredUnit): Unit => ({
  ...unit,
  replicas: appliedReplicas ?? unit.replicas,
});

/** Stores the observations of this host's units, by target, and gives those units as they stood before. */
async function hear(
  ports: SyncPorts,
  agent: Agent,
  request: SyncRequest,
  now: number,
): Promise<readonly StoredUnit[]> {
  const targets = await poolTargets(ports.store, agent);
  const heard = await Promise.all(targets.map((target) => hearAt(ports, agent, target, request, now)));
  return heard.flat();
}

async function hearAt(
  ports: SyncPorts,
  agent: Agent,
  target: Target,
  request: SyncRequest,
  now: number,
): Promise<readonly StoredUnit[]> {
  const here = (await ports.store.unitsAt(target.id)).filter((stored) => stored.unit.place.host === agent.id);
  const observations = request.observations.map(ownEndpoints(agent, request.report.address));
  // Absence is believed only when the engine itself was asked. `host` keeps this to the units of the agent itself.
  const complete = request.complete && request.report.engineOk;
  if (here.length === 0) return here;
  const changed = await ports.store.observed(target.id, { complete, host: agent.id, observations }, now);
  if (changed > 0) ports.nudge();
  return here;
}

// An agent may send traffic to its own host or its own line, and to no other agent's.
function ownEndpoints(agent: Agent, address: string | undefined): (seen: Observation) => Observation {
  const own = `line://${agent.id}/`;
  return (seen) => ({
    ...seen,
    endpoints: seen.endpoints.filter(({ url, transport }) =>
      transport === "line" ? url.startsWith(own) : address !== undefined && hostIn(url) === address,
    ),
  });
}

/** The host of an endpoint's URL, an IPv6 address without its brackets; undefined when it is no URL. */
function hostIn(url: string): string | undefined {
  return URL.parse(url)?.hostname.replace(/^\[|\]$/g, "");
}

const tombstone = ({ unit }: StoredUnit): SyncReply["doomed"][number] => ({
  id: unit.id,
  name: unit.name,
  stopGraceSeconds: unit.template.stopGraceSeconds,
});

/** The agent has obeyed a later epoch than this database knows: the database is an older copy of itself. */
async function overtake(
  ports: SyncPorts,
  agent: Agent,
  before: Installation,
  epoch: number,
): Promise<Installation> {
  const gap = epoch - before.epoch;
  const data = { agent: agent.id, epoch: before.epoch, agentEpoch: epoch };
  if (gap > MAX_EPOCH_GAP) {
    ports.log(
      "error",
      `agent ${agent.name} claims an epoch that no restore explains; it is not believed`,
      data,
    );
    return before;
  }
  ports.log(
    "warn",
    "this database is an older copy: an agent has obeyed a later one. The epoch is raised beyond it",
    data,
  );
  let installation = before;
  // Bounded by MAX_EPOCH_GAP; another process may be raising it too.
  for (let raise = 0; raise <= gap && installation.epoch <= epoch; raise++)
    installation = await ports.store.raiseEpoch();
  return installation;
}
