import { BigDecimal, decimalText } from "../../catalog/decimal.ts";
import { HOURS_PER_MONTH } from "../../catalog/quote-request.ts";
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
  const priced = (replicas: number) => linesFor(needs, capacity, rates, asOf, replicas);
  const floor = priced(needs.scale.min);
  return {
    floorUsd: total(floor),
    // Nothing scales by load on an agent, so what runs idle is what runs.
    expectedUsd: total(floor),
    ceilingUsd: total(priced(needs.scale.max)),
    lines: floor,
    notPriced: ["Disk, traffic and power of the host are not priced."],
    asOf: { from: asOf, to: asOf },
  };
}

function linesFor(
  needs: Needs,
  capacity: AgentReport["capacity"],
  rates: OwnRates,
  asOf: string,
  replicas: number,
): readonly PriceLine[] {
  const hours = new BigDecimal(replicas).times(HOURS_PER_MONTH);
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

const total = (lines: readonly PriceLine[]): string => sum(lines.map(({ usd }) => usd));
const MIB_PER_GIB = 1_024;
