import type { Meter } from "./meters.ts";

/**
 * The meter that a provider's own name of a charge is for, as bills have it: AWS's usage type (`EUW1-Fargate-GB-Hours`), Azure's meter
 * (`Standard Memory Duration`), Google's SKU (`Services Memory (Request-based billing)`). Undefined for what Berth does not meter. The names
 * of compute are those the price refreshers read; the others those of the providers' usage types as of 2026-11.
 */
export function billedMeter(name: string): Meter | undefined {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

// What is more special comes first: a part of it would match the plainer one as well.
const NAMES: readonly (readonly [RegExp, Meter])[] = [
  [/Fargate-(?:ARM-|Windows-)?vCPU-Hours/, "cpu-second"],
  [/Fargate-EphemeralStorage-GB-Hours/, "ephemeral-gib-second"],
  [/Fargate-Windows-OS-Hours|Windows Software Duration/, "os-cpu-second"],
  [/Fargate-(?:ARM-|Windows-)?GB-Hours/, "memory-gib-second"],
  [/\bvCPU Duration\b/, "cpu-second"],
  [/\bMemory Duration\b/, "memory-gib-second"],
  [/^Services Min Instance CPU\b/, "idle-cpu-second"],
  [/^Services Min Instance Memory\b/, "idle-memory-gib-second"],
  [/^(?:Services|Jobs|Worker Pools) CPU\b/, "cpu-second"],
  [/^(?:Services|Jobs|Worker Pools) Memory\b/, "memory-gib-second"],
  [/^Requests$/, "request"],
  [/PublicIPv4:InUseAddress/, "ipv4-hour"],
  [/PublicIPv4:IdleAddress/, "ipv4-idle-hour"],
  [/LCUUsage/, "lcu-hour"],
  [/LoadBalancerUsage/, "lb-hour"],
  [/NatGateway-Hours/, "nat-hour"],
  [/NatGateway-Bytes/, "nat-gib"],
  [/AWS-Out-Bytes/, "inter-region-gib"],
  [/DataTransfer-Out-Bytes|^Network .*(?:Egress|Data Transfer Out)\b/, "egress-gib"],
  [/DataProcessing-Bytes/, "log-gib"],
  [/AWSSecretsManager-Secrets|SecretsManager-Secrets/, "secret-month"],
];
