import { isIP } from "node:net";
import { demandFidelity } from "../../catalog/features/capability.ts";
import type { AgentReport } from "../../domain/agent.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer, Path } from "../../domain/offer.ts";
import type { Agent } from "../../store/instance.ts";
import type { StoredUnit } from "../../store/store.ts";
import { replicasThatFit, roomOf } from "./capacity.ts";
import type { AgentsConfig } from "./config.ts";
import { AGENT_CAPABILITIES } from "./features.ts";
import { ownPrice } from "./price.ts";
import { hostRefusals } from "./refusals.ts";

/** A pool as its target describes it; `ratesAsOf` is the ISO day its rates were set. */
export interface Pool {
  readonly target: string;
  readonly config: AgentsConfig;
  readonly ratesAsOf: string;
}

/** What one host offers: exactly the size that was asked, and every reason against it. */
export function hostOffer(
  pool: Pool,
  needs: Needs,
  agent: Agent,
  there: readonly StoredUnit[],
  now: number,
): Offer {
  const { report } = agent;
  const { config, target, ratesAsOf } = pool;
  const { milliCpu, memoryMiB, ephemeralStorageGiB } = needs;
  const arch = report?.arch ?? "any";
  const room = report === undefined ? undefined : roomOf(agent.id, report.capacity, there);
  return {
    id: `${target}/agents/${config.pool}/${agent.id}/${milliCpu}m-${memoryMiB}Mi-${arch}/own`,
    place: { provider: "agents", target, region: config.pool, host: agent.id },
    shape: { milliCpu, memoryMiB, ephemeralStorageGiB, arch },
    billing: "own",
    price: report === undefined ? undefined : ownPrice(needs, report.capacity, config.rates, ratesAsOf),
    fidelity: demandFidelity(needs, AGENT_CAPABILITIES),
    path: pathTo(needs, report),
    capacityReplicas: room === undefined ? 0 : replicasThatFit(needs, room, there),
    ...(room === undefined ? {} : { draws: [room] }),
    jurisdictions: config.jurisdictions,
    location: config.location,
    gridGramsPerKwh: config.gridGramsPerKwh,
    labels: report?.labels ?? {},
    impossible: hostRefusals(needs, agent, now),
    simulated: false,
  };
}

/** The line that stands for a pool nobody has joined, so that its absence is explained too. */
export function emptyPoolOffer(pool: Pool, needs: Needs): Offer {
  const { config, target } = pool;
  const { milliCpu, memoryMiB, ephemeralStorageGiB } = needs;
  return {
    id: `${target}/agents/${config.pool}/none/${milliCpu}m-${memoryMiB}Mi-any/own`,
    place: { provider: "agents", target, region: config.pool },
    shape: { milliCpu, memoryMiB, ephemeralStorageGiB, arch: "any" },
    billing: "own",
    fidelity: [],
    path: LINE,
    capacityReplicas: 0,
    jurisdictions: config.jurisdictions,
    labels: {},
    impossible: [
      {
        rule: "agent",
        message: `No agent has joined the pool ${config.pool}: make a join token (POST /v1/agents) and start one there`,
      },
    ],
    simulated: false,
  };
}

const LINE: Path = { transport: "line", reach: "line", bypassable: false };

// An address is the operator's word that the gateway can reach the host; then others in that network can, too.
function pathTo(needs: Needs, report: AgentReport | undefined): Path {
  const address = report?.address;
  if (address === undefined || needs.route === undefined) return LINE;
  if (address === "localhost" || address.startsWith("127.") || address === "::1")
    return { transport: "plain", reach: "loopback", bypassable: false };
  return { transport: "plain", reach: isIP(address) === 0 ? "name" : "ip", bypassable: true };
}
