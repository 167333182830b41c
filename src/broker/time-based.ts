/** Meters that count what is used rather than what runs: known from a hint only, and bounded by no scale. */
const USAGE_METERS: ReadonlySet<string> = new Set([
  "request",
  "egress-gib",
  "inter-region-gib",
  "nat-gib",
  "lcu-hour",
  "log-gib",
  "log-scan-gib",
  "log-gib-month",
]);

/** Meters that each replica adds to. */
export const PER_REPLICA_METERS: ReadonlySet<string> = new Set([
  "cpu-second",
  "memory-gib-second",
  "ephemeral-gib-second",
  "os-cpu-second",
  "gpu-second",
  "ipv4-hour",
  "cpu-hour",
  "memory-gib-hour",
  "host-hour",
]);

/** Meters that count once for each place a workload is at, however many replicas are there. */
export const PER_PLACE_METERS: ReadonlySet<string> = new Set(["secret-month", "lb-hour"]);

/** Meters of what several workloads share, of which a price counts the part it takes for granted. */
export const SHARED_METERS: ReadonlySet<string> = new Set(["lb-hour"]);

/** Whether a meter counts requests, traffic or logs, whose amount Berth does not decide. */
export function isUsageMeter(meter: string): boolean {
  return USAGE_METERS.has(meter);
}
