import type { Claim, StoredUnit } from "../store/store.ts";
import type { ReconcilePorts } from "./ports.ts";
import type { Timing, World } from "./world.ts";

/** The world of one claimed workload: stored units and route, and how long each host has been silent. */
export async function look(ports: ReconcilePorts, claim: Claim): Promise<World> {
  const now = ports.now();
  const inflight = claim.units.flatMap((stored): readonly (readonly [string, number])[] => {
    const count = ports.inflight(stored.unit.id);
    return count === undefined ? [] : [[stored.unit.id, count]];
  });
  return {
    inForce: claim.workload.plan,
    plan: claim.plan,
    parent: claim.parent,
    units: claim.units,
    route: claim.route,
    runs: claim.runs,
    silentMs: await silences(ports, claim.units, now),
    inflight: new Map(inflight),
    watchingSince: ports.startedAt,
    timing: tolerating(ports.timing, claim.plan),
  };
}

// A host that gets no traffic yet is not replaced either, however little the policy tolerates.
function tolerating(timing: Timing, { failover }: Claim["plan"]): Timing {
  if (failover === undefined) return timing;
  const replaceAfterMs = Math.max(timing.silentAfterMs, failover.tolerationSeconds * 1_000);
  return { ...timing, replaceAfterMs };
}

/** Unit id -> ms since its host was last heard, for units that an agent holds. */
export async function silences(
  ports: Pick<ReconcilePorts, "store" | "startedAt" | "timing">,
  units: readonly StoredUnit[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const hosts = [...new Set(units.flatMap((stored) => stored.unit.place.host ?? []))];
  const agents = await Promise.all(hosts.map((host) => ports.store.agent(host)));
  const heard = new Map(
    hosts.map((host, index) => [host, silence(ports, agents[index]?.report?.seenAt, now)]),
  );
  return new Map(
    units.flatMap((stored) => {
      const silentMs = stored.unit.place.host === undefined ? undefined : heard.get(stored.unit.place.host);
      return silentMs === undefined ? [] : [[stored.unit.id, silentMs] as const];
    }),
  );
}

/** Silence counts from the last word or, right after a start of the broker, from one lease later: it was us who were away. */
export function silence(
  ports: Pick<ReconcilePorts, "startedAt" | "timing">,
  seenAt: number | undefined,
  now: number,
): number {
  const excusedUntil = ports.startedAt + ports.timing.leaseMs;
  const since = Math.max(seenAt ?? 0, now < excusedUntil ? now : 0, Math.min(ports.startedAt, now));
  return Math.max(0, now - since);
}
