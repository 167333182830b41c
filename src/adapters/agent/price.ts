import { BigDecimal, decimalText } from "../../catalog/decimal.ts";
import { HOURS_PER_MONTH } from "../../catalog/quote-request.ts";
import { SECONDS_PER_HOUR } from "../../catalog/run-time.ts";
import { sum } from "../../domain/money.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Price, PriceLine } from "../../domain/offer.ts";
import type { AgentReport } from "../../domain/agent.ts";
import type { OwnRates } from "./config.ts";

/** What a month of these needs costs on a host of one's own, by the rates its target names; `asOf` is the ISO day they were set. */
export function ownPrice(
  needs: Needs,
  capacity: AgentReport["capacity"],
  rates: OwnRates,
  asOf: string,
): Price {
  const { scale, runs } = needs;
  const priced = (replicas: number, hours: BigDecimal) =>
    linesFor(needs, capacity, rates, asOf, hours.times(replicas));
  const month = new BigDecimal(HOURS_PER_MONTH);
  // Nothing scales by load on an agent, so what runs idle is what runs; a job runs nothing but its runs.
  const expected = priced(scale.min, runs === undefined ? month : hoursOf(runs.expectedSeconds));
  const most = priced(scale.max, runs === undefined ? month : hoursOf(runs.mostSeconds));
  return {
    floorUsd: runs === undefined ? total(expected) : "0",
    expectedUsd: total(expected),
    ceilingUsd: total(most),
    lines: expected,
    notPriced: ["Disk, traffic and power of the host are not priced."],
    ...(runs === undefined ? {} : { assumes: runs.assumes }),
    asOf: { from: asOf, to: asOf },
  };
}

function linesFor(
  needs: Needs,
  capacity: AgentReport["capacity"],
  rates: OwnRates,
  asOf: string,
  hours: BigDecimal,
): readonly PriceLine[] {
  const line = (meter: string, amount: BigDecimal, unit: string, rateUsd: string): PriceLine => ({
    meter,
    quantity: decimalText(amount),
    unit,
    rateUsd,
    usd: decimalText(amount.times(rateUsd)),
    asOf,
    source: "the target's own rates",
  });
  if (!new BigDecimal(rates.usdPerHour).eq(0))
    return [line("host-hour", hours.times(hostShare(needs, capacity)), "host-hour", rates.usdPerHour)];
  return [
    line("cpu-hour", hours.times(needs.milliCpu).div(1_000), "vCPU-hour", rates.usdPerVcpuHour),
    line("memory-gib-hour", hours.times(needs.memoryMiB).div(MIB_PER_GIB), "GiB-hour", rates.usdPerGibHour),
  ];
}

// A host is full when either its CPU or its memory is: the larger of the two shares is what others cannot have.
function hostShare(needs: Needs, capacity: AgentReport["capacity"]): BigDecimal {
  const cpu = new BigDecimal(needs.milliCpu).div(Math.max(1, capacity.milliCpu));
  const memory = new BigDecimal(needs.memoryMiB).div(Math.max(1, capacity.memoryMiB));
  return cpu.gt(memory) ? cpu : memory;
}

const hoursOf = (seconds: number): BigDecimal => new BigDecimal(seconds).div(SECONDS_PER_HOUR);
const total = (lines: readonly PriceLine[]): string => sum(lines.map(({ usd }) => usd));
const MIB_PER_GIB = 1_024;
