import type { Service } from "@aws-sdk/client-ecs";
import type { Phase } from "../../domain/observation.ts";

/** What a service's own counts say, before anything is known of its tasks. */
export interface Standing {
  readonly phase: Phase;
  readonly ready: number;
  readonly replicas: number;
  readonly restarts: number;
  readonly reason?: string | undefined;
}

/** The phase of a service by its status, its counts and its circuit breaker (Amazon ECS API, Service and Deployment). */
export function standingOf(service: Service): Standing {
  const { status, desiredCount = 0, runningCount = 0, pendingCount = 0, deployments = [] } = service;
  const primary = deployments.find((deployment) => deployment.status === "PRIMARY");
  const failed = primary?.failedTasks ?? 0;
  const counts = { ready: Math.min(runningCount, desiredCount), replicas: desiredCount, restarts: failed };
  if (status === "DRAINING") return { ...counts, phase: "stopping", ready: 0 };
  if (status === "INACTIVE") return { ...counts, phase: "stopped", ready: 0 };
  if (primary?.rolloutState === "FAILED")
    return {
      ...counts,
      phase: "failed",
      reason: primary.rolloutStateReason ?? "ECS gave up: too many tasks failed to start.",
    };
  if (desiredCount === 0) return { ...counts, phase: "stopped" };
  if (runningCount >= desiredCount) return { ...counts, phase: "ready" };
  if (primary?.rolloutState === "COMPLETED") return { ...counts, phase: "unready" };
  return {
    ...counts,
    phase: runningCount + pendingCount > 0 ? "starting" : "creating",
    reason: troubleOf(service),
  };
}

/** What ECS last said went wrong with a service that does not come up: its newest event, where that tells of trouble. */
function troubleOf({ events = [] }: Service): string | undefined {
  const [newest] = events;
  return newest?.message?.includes("unable to") === true ? newest.message : undefined;
}
