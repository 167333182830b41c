import type { Health } from "../../../domain/spec.ts";

/** Admin API v2, Probe: the longest period of a startup probe, and the longest a container may take to start, seconds. */
const STARTUP_MOST_SECONDS = 240;

/** Asked until the container is up, within `startupSeconds` (at most 240); the port accepting a connection is enough without a path. */
export function startupProbe(health: Health, port: number) {
  const within = Math.min(health.startupSeconds, STARTUP_MOST_SECONDS);
  const periodSeconds = Math.min(health.intervalSeconds, within);
  return {
    ...actionOf(health, port),
    periodSeconds,
    // "Must be smaller than period_seconds" in one place and "period must be greater or equal" in another: equal is refused by none.
    timeoutSeconds: Math.min(health.timeoutSeconds, periodSeconds),
    failureThreshold: Math.max(1, Math.floor(within / periodSeconds)),
  };
}

/** Asked for good; a container that fails it is started again. Cloud Run has none by TCP, so it needs a path or a gRPC service. */
export function livenessProbe(health: Health, port: number) {
  if (health.path === undefined && health.grpc === undefined) return undefined;
  return {
    ...actionOf(health, port),
    periodSeconds: health.intervalSeconds,
    timeoutSeconds: Math.min(health.timeoutSeconds, health.intervalSeconds),
    failureThreshold: health.failureThreshold,
  };
}

function actionOf({ path, grpc }: Health, port: number) {
  if (path !== undefined) return { httpGet: { path, port } };
  if (grpc !== undefined) return { grpc: { port, service: grpc === "" ? undefined : grpc } };
  return { tcpSocket: { port } };
}
