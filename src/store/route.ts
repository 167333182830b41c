import type { Endpoint } from "../domain/observation.ts";

/** The gateway's row. A new version replaces the whole of it. */
export interface Route {
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly projectName: string;
  readonly version: number;
  readonly hosts: readonly string[];
  readonly access: "public" | "private";
  readonly timeoutSeconds: number;
  readonly maxBodyMiB: number;
  readonly protocol: "http1" | "h2c" | "grpc";
  readonly sticky: boolean;
  readonly upstreams: readonly Upstream[];
  readonly changedAt: number;
}
export interface Upstream {
  readonly unit: string;
  /** Absolute, 0 to 100; the units' weights of one route add up to 100 or are all 0. */
  readonly weight: number;
  readonly endpoints: readonly Endpoint[];
  /** When the weight last changed, ms: what a quiesce is counted from. */
  readonly since: number;
}
