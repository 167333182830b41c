import { FENCE_MARGIN_MS, LEASE_MS, REPLACE_AFTER_MS, SILENT_AFTER_MS } from "../domain/agent-timing.ts";
import { gatewayHosts } from "../broker/addresses.ts";
import type { Ports } from "../broker/ports.ts";
import { placeRun } from "../broker/place-run.ts";
import { replan } from "../broker/replan.ts";
import type { Counts } from "../gateway/counts.ts";
import { probe } from "../gateway/probe.ts";
import { ROUTE_TTL_MS, type Snapshots } from "../gateway/snapshots.ts";
import type { Send } from "../domain/upstream.ts";
import type { ReconcilePorts } from "../reconcile/ports.ts";
import type { Timing } from "../reconcile/world.ts";

/** Added to a route copy's life before everybody has surely seen a shift: the read itself and a slow clock, ms. */
const ROUTE_SLACK_MS = 500;

/** How long things may take on this installation. */
export const TIMING: Timing = {
  silentAfterMs: SILENT_AFTER_MS,
  replaceAfterMs: REPLACE_AFTER_MS,
  leaseMs: LEASE_MS,
  fenceMarginMs: FENCE_MARGIN_MS,
  routeAgeMs: ROUTE_TTL_MS + ROUTE_SLACK_MS,
  quiesceMs: 30_000,
  countEveryMs: 250,
  probeEveryMs: 500,
  replanEveryMs: 10_000,
};

/** The gateway's side of the reconciler, where one process has both; without counts a quiesce goes by time. */
export interface GatewaySide {
  readonly send: Send;
  readonly counts: Counts | undefined;
  readonly snapshots: Pick<Snapshots, "invalidate"> | undefined;
  readonly touched: (target: string) => void;
  readonly owner: string;
}

/** The reconciler's ports over the broker's. */
export function reconcilePorts(ports: Ports, side: GatewaySide): ReconcilePorts {
  const { send, counts, snapshots, touched, owner } = side;
  return {
    store: ports.store,
    open: ports.open,
    now: ports.now,
    draw: () => (ports.random(1)[0] ?? 0) / 256,
    owner,
    startedAt: ports.now(),
    timing: TIMING,
    probe: (endpoint, request, signal) => probe(send, endpoint, request, signal),
    inflight: (unit) => counts?.of(unit).inflight,
    hosts: (claim, projectName) => {
      const { route } = claim.plan;
      const names = {
        project: projectName,
        environment: claim.scope.environment,
        workload: claim.workload.name,
      };
      return route === undefined ? [] : gatewayHosts(ports.gateway, names, route);
    },
    replan: (claim, request, because) => replan(ports, claim, request, because),
    placeRun: (claim, request) => placeRun(ports, claim, request),
    touched,
    ring: ports.ring,
    leaving: (unit) => void counts?.closeUnit(unit),
    routeChanged: (claim) => snapshots?.invalidate({ ...claim.scope, workload: claim.workload.name }),
    log: ports.log,
  };
}
