import type { Shape } from "../domain/offer.ts";
import type { Meter } from "./meters.ts";
import { BigDecimal, type DecimalInput } from "./decimal.ts";
import { HOURS_PER_MONTH, type QuoteRequest } from "./quote-request.ts";
import { aciMemoryGb } from "./shapes/aci.ts";
import { FARGATE_INCLUDED_STORAGE_GIB } from "./shapes/fargate.ts";
import { MIB_PER_GIB } from "./shapes/snap.ts";

/** How much of one meter a request uses, in the meter's own unit. */
export interface Quantity {
  readonly meter: Meter;
  readonly amount: BigDecimal;
  readonly unit: string;
}

/** Everything a request is charged for, in the order of a bill; meters that are not used are left out. */
export function meterQuantities(request: QuoteRequest, shape: Shape): readonly Quantity[] {
  const { active, idle } = runSeconds(request);
  const cpu = new BigDecimal(shape.milliCpu).div(1000);
  const memory = memoryGiB(request, shape);
  const quantities: Quantity[] = [
    { meter: "cpu-second", amount: active.times(cpu), unit: "vCPU-second" },
    { meter: "memory-gib-second", amount: active.times(memory), unit: "GiB-second" },
    { meter: "idle-cpu-second", amount: idle.times(cpu), unit: "vCPU-second" },
    { meter: "idle-memory-gib-second", amount: idle.times(memory), unit: "GiB-second" },
  ];
  if (request.provider === "ecs") {
    const extra = Math.max(0, shape.ephemeralStorageGiB - FARGATE_INCLUDED_STORAGE_GIB);
    quantities.push({ meter: "ephemeral-gib-second", amount: active.times(extra), unit: "GiB-second" });
  }
  if (isRequestBilled(request))
    quantities.push({ meter: "request", amount: decimal(request.usage?.requests), unit: "request" });
  // The book has no rates for these yet: they count where the request brings its own.
  if (request.rates?.["egress-gib"] !== undefined)
    quantities.push({ meter: "egress-gib", amount: decimal(request.usage?.egressGiB), unit: "GiB" });
  if (request.rates?.["log-gib"] !== undefined)
    quantities.push({ meter: "log-gib", amount: decimal(request.usage?.logGiB), unit: "GiB" });
  return quantities.filter(({ amount }) => amount.gt(0));
}

/** Whether Cloud Run counts requests and bills only while they run. */
function isRequestBilled({ provider, billing = "request" }: QuoteRequest): boolean {
  return provider === "cloud-run" && billing === "request";
}

/** Shortest billed run of a Fargate task, a Cloud Run instance or job (the vendors' pricing pages); ACI has none. */
const MINIMUM_RUN_SECONDS = 60;
/** Cloud Run rounds request time up to this (cloud.google.com/run/pricing). */
const REQUEST_STEP_MS = 100;

function runSeconds(request: QuoteRequest): { readonly active: BigDecimal; readonly idle: BigDecimal } {
  const { usage } = request;
  const each = usage?.seconds ?? new BigDecimal(usage?.hours ?? HOURS_PER_MONTH).times(3600);
  if (isRequestBilled(request) && usage?.requests !== undefined && usage.requestMs !== undefined) {
    const active = requestSeconds(usage.requests, usage.requestMs, usage.concurrency ?? 1);
    const warm = new BigDecimal(each).times(request.replicas ?? 0).minus(active);
    return { active, idle: warm.gt(0) ? warm : new BigDecimal(0) };
  }
  const seconds = atLeastMinimum(request, new BigDecimal(each));
  return { active: seconds.times(request.replicas ?? 1), idle: new BigDecimal(0) };
}

// Requests served at once share their instance, so the time billed is the requests' time over the concurrency.
function requestSeconds(requests: DecimalInput, ms: DecimalInput, concurrency: DecimalInput): BigDecimal {
  const steps = new BigDecimal(ms).div(REQUEST_STEP_MS).round(0, BigDecimal.roundUp);
  return steps.times(REQUEST_STEP_MS).div(1000).times(requests).div(concurrency);
}

function atLeastMinimum(request: QuoteRequest, seconds: BigDecimal): BigDecimal {
  const hasMinimum = request.provider !== "aci" && !isRequestBilled(request);
  return hasMinimum && seconds.gt(0) && seconds.lt(MINIMUM_RUN_SECONDS)
    ? new BigDecimal(MINIMUM_RUN_SECONDS)
    : seconds;
}

// ACI sells tenths of a GiB, which a shape in whole MiB cannot hold exactly.
function memoryGiB(request: QuoteRequest, shape: Shape): BigDecimal {
  return request.provider === "aci"
    ? new BigDecimal(aciMemoryGb(shape.memoryMiB))
    : new BigDecimal(shape.memoryMiB).div(MIB_PER_GIB);
}

const decimal = (value: DecimalInput | undefined): BigDecimal => new BigDecimal(value ?? 0);
