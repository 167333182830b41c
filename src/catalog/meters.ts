/** The meters a caller of `POST /v1/quotes` may give its own rate for. */
export const RATE_METERS = [
  "cpu-second",
  "memory-gib-second",
  "ephemeral-gib-second",
  "request",
  "idle-cpu-second",
  "idle-memory-gib-second",
  "egress-gib",
  "ipv4-hour",
  "lb-hour",
  "lcu-hour",
  "nat-hour",
  "nat-gib",
  "log-gib",
  "os-cpu-second",
  "inter-region-gib",
  "gpu-second",
] as const;

/** What is counted and charged. The last three are known prices that no quote of ours contains. */
export const METERS = [...RATE_METERS, "ipv4-idle-hour", "log-scan-gib", "log-gib-month"] as const;
export type Meter = (typeof METERS)[number];
