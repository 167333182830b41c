import { expect, test } from "vitest";
import { billedMeter } from "../../src/catalog/billed-meter.ts";

test.each([
  ["Fargate-vCPU-Hours:perCPU", "cpu-second"],
  ["EUC1-Fargate-ARM-vCPU-Hours:perCPU", "cpu-second"],
  ["EU-Fargate-GB-Hours", "memory-gib-second"],
  ["USE1-SpotUsage-Fargate-vCPU-Hours:perCPU", "cpu-second"],
  ["EUW2-Fargate-EphemeralStorage-GB-Hours", "ephemeral-gib-second"],
  ["EUW2-Fargate-Windows-OS-Hours:perCPU", "os-cpu-second"],
  ["EUW1-LCUUsage", "lcu-hour"],
  ["EUW1-PublicIPv4:InUseAddress", "ipv4-hour"],
  ["EUW1-USE1-AWS-Out-Bytes", "inter-region-gib"],
  ["Standard vCPU Duration", "cpu-second"],
  ["Standard Spot Memory Duration", "memory-gib-second"],
  ["Standard Windows Software Duration", "os-cpu-second"],
  ["Services Min Instance CPU Tier 2 (Request-based billing)", "idle-cpu-second"],
  ["Services Memory (Request-based billing)", "memory-gib-second"],
  ["Jobs CPU in europe-west1", "cpu-second"],
  ["Requests", "request"],
  ["BoxUsage:t3.micro", undefined],
  ["Cloud SQL: Requests of a kind", undefined],
  ["", undefined],
])("a bill's %j is the meter %s", (name, meter) => expect(billedMeter(name)).toBe(meter));
