import type { Shape } from "../domain/offer.ts";
import { BigDecimal, type DecimalInput } from "./decimal.ts";
import type { Meter } from "./meters.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { eachSeconds, isRequestBilled, runTime, SECONDS_PER_HOUR } from "./run-time.ts";
import { aciMemoryGb } from "./shapes/aci.ts";
import { FARGATE_INCLUDED_STORAGE_GIB } from "./shapes/fargate-storage.ts";
import { MIB_PER_GIB } from "./shapes/snap.ts";

/** How much of one meter a request uses, in the meter's own unit. */
export interface Quantity {
  readonly meter: Meter;
  readonly amount: BigDecimal;
  /** What a reader must know of this quantity. */
  readonly note?: string | undefined;
}

/** Everything a request is charged for, in the order of a bill; meters that are not used are left out. */
export function meterQuantities(request: QuoteRequest, shape: Shape): readonly Quantity[] {
  return [
    ...computeQuantities(request, shape),
    ...pullQuantities(request, shape),
    ...trafficQuantities(request),
  ].filter(({ amount }) => amount.gt(0));
}

function computeQuantities(request: QuoteRequest, shape: Shape): readonly Quantity[] {
  const { active, idle } = runTime(request);
  const cpu = new BigDecimal(shape.milliCpu).div(1000);
  const memory = memoryGiB(request, shape);
  return [
    { meter: "cpu-second", amount: active.times(cpu) },
    { meter: "memory-gib-second", amount: active.times(memory) },
    // A Windows licence is charged by the vCPU, beside the vCPU itself.
    { meter: "os-cpu-second", amount: request.os === "windows" ? active.times(cpu) : ZERO },
    { meter: "gpu-second", amount: active.times(request.gpu?.count ?? 0) },
    { meter: "idle-cpu-second", amount: idle.times(cpu) },
    { meter: "idle-memory-gib-second", amount: idle.times(memory) },
    { meter: "ephemeral-gib-second", amount: active.times(extraStorageGiB(request, shape)) },
    { meter: "request", amount: isRequestBilled(request) ? decimal(request.usage?.requests) : ZERO },
  ];
}

// Fargate and Container Instances bill from the start of the pull (billing rules of both): time before anything serves.
function pullQuantities(request: QuoteRequest, shape: Shape): readonly Quantity[] {
  const seconds = decimal(request.usage?.pullSeconds);
  const cpu = new BigDecimal(shape.milliCpu).div(1000);
  const note = "while the image is pulled";
  return [
    { meter: "cpu-second", amount: seconds.times(cpu), note },
    { meter: "memory-gib-second", amount: seconds.times(memoryGiB(request, shape)), note },
    { meter: "ephemeral-gib-second", amount: seconds.times(extraStorageGiB(request, shape)), note },
  ];
}

/**
 * Addresses, balancers, traffic, logs and secrets: only what `usage` names, or a rate in the request names. A rate alone means
 * one public address a replica, and one balancer and one NAT gateway, for as long as a replica runs.
 */
function trafficQuantities(request: QuoteRequest): readonly Quantity[] {
  const { usage, rates, replicas = 1 } = request;
  const hours = eachSeconds(request).div(SECONDS_PER_HOUR);
  const named = (meter: Meter, otherwise: BigDecimal): BigDecimal =>
    rates?.[meter] === undefined ? ZERO : otherwise;
  const amount = (given: DecimalInput | undefined, otherwise: BigDecimal): BigDecimal =>
    given === undefined ? otherwise : new BigDecimal(given);
  const egress = decimal(usage?.egressGiB);
  return [
    { meter: "ipv4-hour", amount: amount(usage?.ipv4Hours, named("ipv4-hour", hours.times(replicas))) },
    { meter: "lb-hour", amount: amount(usage?.lbHours, named("lb-hour", hours)) },
    { meter: "lcu-hour", amount: decimal(usage?.lcuHours) },
    { meter: "nat-hour", amount: amount(usage?.natHours, named("nat-hour", hours)) },
    { meter: "nat-gib", amount: amount(usage?.natGiB, named("nat-gib", egress)) },
    { meter: "egress-gib", amount: egress },
    { meter: "inter-region-gib", amount: decimal(usage?.interRegionGiB) },
    { meter: "log-gib", amount: decimal(usage?.logGiB) },
    { meter: "secret-month", amount: decimal(usage?.secretMonths) },
  ];
}

const ZERO = new BigDecimal(0);

function extraStorageGiB({ provider }: QuoteRequest, shape: Shape): number {
  return provider === "ecs" ? Math.max(0, shape.ephemeralStorageGiB - FARGATE_INCLUDED_STORAGE_GIB) : 0;
}

// ACI sells tenths of a GiB, which a shape in whole MiB cannot hold exactly.
function memoryGiB(request: QuoteRequest, shape: Shape): BigDecimal {
  return request.provider === "aci"
    ? new BigDecimal(aciMemoryGb(shape.memoryMiB))
    : new BigDecimal(shape.memoryMiB).div(MIB_PER_GIB);
}

const decimal = (value: DecimalInput | undefined): BigDecimal => new BigDecimal(value ?? 0);
