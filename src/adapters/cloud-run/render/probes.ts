import type { Template } from "../../../domain/plan.ts";
import type { Health } from "../../../domain/spec.ts";

/** Admin API v2, Probe: the longest period of a startup probe, and the longest a container may take to start, seconds. */
const STARTUP_MOST_SECONDS = 240;

type Route = Pick<NonNullable<Template["route"]>, "port" | "protocol">;

/** Asked until the container is up, within `startupSeconds` (at most 240); the port accepting a connection is enough where nothing else can be asked. */
export function startupProbe(health: Health, route: Route) {
  const within = Math.min(health.startupSeconds, STARTUP_MOST_SECONDS);
  const periodSeconds = Math.min(health.intervalSeconds, within);
  return {
    ...(askedOf(health, route) ?? { tcpSocket: { port: route.port } }),
    periodSeconds,
    // "Must be smaller than period_seconds" in one place and "period must be greater or equal" in another: equal is refused by none.
    timeoutSeconds: Math.min(health.timeoutSeconds, periodSeconds),
    failureThreshold: Math.max(1, Math.floor(within / periodSeconds)),
  };
}

/** Asked for good; a container that fails it is started again. Cloud Run has none by TCP, so it needs a path or a gRPC service. */
export function livenessProbe(health: Health, route: Route) {
  const asked = askedOf(health, route);
  if (asked === undefined) return undefined;
  return {
    ...asked,
    periodSeconds: health.intervalSeconds,
    timeoutSeconds: Math.min(health.timeoutSeconds, health.intervalSeconds),
    failureThreshold: health.failureThreshold,
  };
}

// A path is asked over HTTP/1 (cloud.google.com/run/docs/configuring/healthchecks), which a container of h2c need not speak.
function askedOf({ path, grpc }: Health, { port, protocol }: Route) {
  if (path !== undefined && protocol === "http1") return { httpGet: { path, port } };
  if (grpc !== undefined) return { grpc: { port, service: grpc === "" ? undefined : grpc } };
  return undefined;
}
