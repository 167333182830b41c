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
export const METERS = [
  ...RATE_METERS,
  "secret-month",
  "ipv4-idle-hour",
  "log-scan-gib",
  "log-gib-month",
] as const;
export type Meter = (typeof METERS)[number];

/** What one unit of a meter is called, where a rate is given by hand. */
export const METER_UNITS: Readonly<Record<Meter, string>> = {
  "cpu-second": "vCPU-second",
  "memory-gib-second": "GiB-second",
  "ephemeral-gib-second": "GiB-second",
  request: "request",
  "idle-cpu-second": "vCPU-second",
  "idle-memory-gib-second": "GiB-second",
  "egress-gib": "GiB",
  "ipv4-hour": "address-hour",
  "lb-hour": "hour",
  "lcu-hour": "LCU-hour",
  "nat-hour": "hour",
  "nat-gib": "GiB",
  "log-gib": "GiB",
  "os-cpu-second": "vCPU-second",
  "inter-region-gib": "GiB",
  "gpu-second": "GPU-second",
  "secret-month": "secret-month",
  "ipv4-idle-hour": "address-hour",
  "log-scan-gib": "GiB",
  "log-gib-month": "GiB-month",
};
