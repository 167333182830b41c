import type { Template } from "../../../domain/plan.ts";
import type { Health } from "../../../domain/spec.ts";
import type { ArmContainer } from "../arm.ts";

type Probes = Pick<ArmContainer["properties"], "readinessProbe" | "livenessProbe">;

/**
 * Azure's own probes of an HTTP health path: one takes traffic away, the other restarts a container that was well once. ACI has no startup
 * probe and asks over HTTP/1.1 only, so other protocols are left to Berth's prober.
 */
export function probesOf(health: Health, route: NonNullable<Template["route"]>): Probes {
  const { path, intervalSeconds, timeoutSeconds, failureThreshold, startupSeconds } = health;
  if (path === undefined || route.protocol !== "http1") return {};
  const often = {
    httpGet: { path, port: route.port, scheme: "http" },
    periodSeconds: intervalSeconds,
    timeoutSeconds,
    failureThreshold,
    successThreshold: 1,
  };
  return { readinessProbe: often, livenessProbe: { ...often, initialDelaySeconds: startupSeconds } };
}
