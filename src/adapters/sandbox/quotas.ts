import type { Cloud } from "../../domain/place.ts";

/** What one simulated account may hold in its region, and how fast it may create. */
export interface Quota {
  /** Provider-side resources at once: services, or container groups. */
  readonly resources: number;
  /** The most replicas one resource can have; 1 where every replica is a resource of its own. */
  readonly replicasPerResource: number;
  /** Creates that may come at once. */
  readonly createBurst: number;
  /** Creates an hour once the burst is spent; the rest is refused as throttled. */
  readonly createsPerHour: number;
}

/**
 * The vendors' own default quotas.
 * ECS: service quotas page (5,000 services a cluster, 5,000 tasks a service) and request throttling (service modify: burst 50, 5/s).
 * ACI: container instances quotas page (100 groups a region; 300 creates an hour, 100 in 5 minutes). A group is one replica.
 * Cloud Run: quotas page (1,000 services a region; 60 writes a minute; 100 instances a revision by default).
 */
export const QUOTAS: Readonly<Record<Cloud, Quota>> = {
  ecs: { resources: 5_000, replicasPerResource: 5_000, createBurst: 50, createsPerHour: 18_000 },
  aci: { resources: 100, replicasPerResource: 1, createBurst: 100, createsPerHour: 300 },
  "cloud-run": { resources: 1_000, replicasPerResource: 100, createBurst: 60, createsPerHour: 3_600 },
};

/** How many provider-side resources a unit of so many replicas takes. */
export function resourcesFor(quota: Quota, replicas: number): number {
  return quota.replicasPerResource === 1 ? Math.max(1, replicas) : 1;
}

/** The most replicas one more unit could have when `used` resources exist. */
export function replicasLeft(quota: Quota, used: number): number {
  const free = Math.max(0, quota.resources - used);
  return quota.replicasPerResource === 1 ? free : free === 0 ? 0 : quota.replicasPerResource;
}
