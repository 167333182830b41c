import { BigDecimal, type DecimalInput } from "./decimal.ts";
import { HOURS_PER_MONTH, type QuoteRequest } from "./quote-request.ts";

/** Billed seconds over all replicas: at the full rate, and at the idle rate of Cloud Run's warm instances. */
export interface RunTime {
  readonly active: BigDecimal;
  readonly idle: BigDecimal;
}

/**
 * How long a request is billed for: each replica's time rounded up to the vendor's step, then to its minimum
 * (billing rules of aws.amazon.com/fargate/pricing "Duration" and cloud.google.com/run/pricing "Billable instance time").
 */
export function runTime(request: QuoteRequest): RunTime {
  if (!isRequestBilled(request)) {
    const seconds = atLeastMinimum(request, roundUp(eachSeconds(request), stepSeconds(request)));
    return { active: seconds.times(request.replicas ?? 1), idle: ZERO };
  }
  const active = activeSeconds(request);
  if (active !== undefined) {
    const warm = warmSeconds(request).minus(active);
    return { active, idle: warm.gt(0) ? warm : ZERO };
  }
  // Run time without the time of requests is time in which they run.
  const seconds = roundUp(eachSeconds(request), stepSeconds(request));
  return { active: seconds.times(request.replicas ?? 1), idle: ZERO };
}

/** How long instances are busy by what is said of requests; `undefined` where nothing is and run time must say. */
function activeSeconds(request: QuoteRequest): BigDecimal | undefined {
  const { usage, rates } = request;
  if (usage?.busySeconds !== undefined) return new BigDecimal(usage.busySeconds);
  if (usage?.requests !== undefined) {
    if (lacksDuration(request) || new BigDecimal(usage.requests).eq(0)) return ZERO;
    if (!namesRequestTime(request)) return undefined;
    return busySeconds(usage.requests, usage.requestMs ?? 0, usage.concurrency ?? 1);
  }
  // Who gives a rate for being idle and none for being busy prices warm instances.
  const idleOnly = rates?.["idle-cpu-second"] !== undefined && rates["cpu-second"] === undefined;
  return idleOnly ? ZERO : undefined;
}

// Only what is named is priced: beside requests, instances are kept warm where both their number and their time are said.
function warmSeconds(request: QuoteRequest): BigDecimal {
  const { usage, replicas } = request;
  const each = roundUp(eachSeconds(request), stepSeconds(request));
  if (usage?.requests === undefined) return each.times(replicas ?? 1);
  return namesTime(request) ? each.times(replicas ?? 0) : ZERO;
}

/** Whether a request says how long its replicas run. */
export function namesTime({ usage }: QuoteRequest): boolean {
  return usage?.seconds !== undefined || usage?.hours !== undefined;
}

/** Whether a request says how long one of its requests takes; 0 says nothing, since none takes no time. */
export function namesRequestTime({ usage }: QuoteRequest): boolean {
  return new BigDecimal(usage?.requestMs ?? 0).gt(0);
}

/** Whether Cloud Run counts requests and bills only while they run. */
export function isRequestBilled({ provider, billing = "request" }: QuoteRequest): boolean {
  return provider === "cloud-run" && billing === "request";
}

/** Whether a request names requests but neither how long one takes nor how long instances run. */
export function lacksDuration(request: QuoteRequest): boolean {
  const { usage } = request;
  return (
    isRequestBilled(request) &&
    usage?.requests !== undefined &&
    !namesRequestTime(request) &&
    !namesTime(request)
  );
}

/** Run time of one replica in seconds, before any rounding. Of seconds and hours, one may be written beside the other as 0. */
export function eachSeconds({ usage }: QuoteRequest): BigDecimal {
  const seconds = new BigDecimal(usage?.seconds ?? 0);
  if (seconds.gt(0)) return seconds;
  const otherwise = usage?.seconds === undefined ? HOURS_PER_MONTH : 0;
  return new BigDecimal(usage?.hours ?? otherwise).times(SECONDS_PER_HOUR);
}

/**
 * The seconds that instances are busy when as many requests run at once as can: groups of `concurrency`, the last of them with the rest, each
 * as long as one request, rounded up to 100 ms (cloud.google.com/run/pricing: an instance is billed while it handles at least one).
 */
export function busySeconds(
  requests: DecimalInput,
  requestMs: DecimalInput,
  concurrency: DecimalInput,
): BigDecimal {
  const groups = new BigDecimal(requests).div(concurrency).round(0, BigDecimal.roundUp);
  return requestSeconds(requestMs).times(groups);
}

/** What an instance is billed for one request that it serves alone, in seconds. */
export function requestSeconds(requestMs: DecimalInput): BigDecimal {
  return roundUp(new BigDecimal(requestMs).div(1000), CLOUD_RUN_STEP);
}

export const SECONDS_PER_HOUR = 3600;

/** Cloud Run rounds instance time up to this (cloud.google.com/run/pricing). */
const CLOUD_RUN_STEP = "0.1";
/** Fargate rounds up to the second; for Container Instances the same is assumed (billing is per second, no minimum is published). */
const SECOND = "1";
/** Shortest billed run: a Fargate task on Linux and on Windows, a Cloud Run instance or job execution. */
const FARGATE_LINUX_SECONDS = 60;
const FARGATE_WINDOWS_SECONDS = 300;
const CLOUD_RUN_INSTANCE_SECONDS = 60;
const ZERO = new BigDecimal(0);

const stepSeconds = ({ provider }: QuoteRequest): string =>
  provider === "cloud-run" ? CLOUD_RUN_STEP : SECOND;

function roundUp(seconds: BigDecimal, step: string): BigDecimal {
  return seconds.div(step).round(0, BigDecimal.roundUp).times(step);
}

function atLeastMinimum(request: QuoteRequest, seconds: BigDecimal): BigDecimal {
  const minimum = minimumSeconds(request);
  return seconds.gt(0) && seconds.lt(minimum) ? new BigDecimal(minimum) : seconds;
}

function minimumSeconds({ provider, billing, os }: QuoteRequest): number {
  if (provider === "ecs") return os === "windows" ? FARGATE_WINDOWS_SECONDS : FARGATE_LINUX_SECONDS;
  return provider === "cloud-run" && (billing === "instance" || billing === "job")
    ? CLOUD_RUN_INSTANCE_SECONDS
    : 0;
}
