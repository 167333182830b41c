import type { Needs } from "../domain/needs.ts";
import { BigDecimal } from "./decimal.ts";
import { HOURS_PER_MONTH, type QuoteRequest } from "./quote-request.ts";
import { busySeconds, requestSeconds, SECONDS_PER_HOUR } from "./run-time.ts";
import type { Month } from "./variant.ts";

/** A month of a service that is billed while requests run: idle minimum, the usage hint, every instance busy. */
export function requestMonth(one: QuoteRequest, needs: Needs, concurrency: number): Month {
  const { scale, usage } = needs;
  const requests = usage.requestsPerMonth;
  const idle = { ...one, replicas: scale.min, usage: { hours: HOURS_PER_MONTH, requests: 0, requestMs: 0 } };
  const busy = (replicas: number): QuoteRequest => ({
    ...one,
    replicas,
    usage: { hours: HOURS_PER_MONTH, ...(requests === undefined ? {} : { requests }) },
  });
  const load = loadOf(needs, concurrency);
  const ceiling = busy(scale.max);
  if (load === undefined)
    return { floor: idle, expected: busy(Math.max(1, scale.min)), ceiling, assumes: [NO_HINT] };
  // More traffic than every instance can take keeps them all busy, and no more than that is billed.
  if (load.busySeconds.gte(MONTH_SECONDS.times(scale.max)))
    return { floor: idle, expected: ceiling, ceiling, assumes: [] };
  const expected = {
    ...idle,
    usage: { hours: HOURS_PER_MONTH, requests: requests ?? 0, busySeconds: load.busySeconds.toFixed() },
  };
  return { floor: idle, expected, ceiling, assumes: [] };
}

/** A month of a service whose instances are billed for their whole life. */
export function instanceMonth(one: QuoteRequest, needs: Needs, concurrency: number): Month {
  const { scale, usage } = needs;
  const floor = { ...one, replicas: scale.min };
  const ceiling = { ...one, replicas: scale.max };
  const load = loadOf(needs, concurrency);
  if (load === undefined)
    return { floor, expected: { ...one, replicas: Math.max(1, scale.min) }, ceiling, assumes: [NO_HINT] };
  // An instance stays up between requests, so one lives for all the hours in which there is traffic.
  const hours = load.requestSeconds.gt(0) ? openHours(usage.hoursPerDay) : new BigDecimal(0);
  const seconds = largest(hours.times(SECONDS_PER_HOUR), load.busySeconds, MONTH_SECONDS.times(scale.min));
  const expected = { ...one, replicas: 1, usage: { seconds: seconds.toFixed() } };
  return { floor, expected, ceiling, assumes: [] };
}

const MONTH_SECONDS = new BigDecimal(HOURS_PER_MONTH).times(SECONDS_PER_HOUR);
const NO_HINT =
  "expected: usage.requestsPerMonth and usage.requestMs are not set, so the smallest number of instances, at least one, is taken to be busy all month";
/** However short a request is (measurements are whole milliseconds, so it may read 0), it takes some of the instance's time. */
const LEAST_REQUEST_MS = 1;

interface Load {
  /** Time of all requests, one after the other. */
  readonly requestSeconds: BigDecimal;
  /** Time in which instances are busy, over all instances. */
  readonly busySeconds: BigDecimal;
}

/**
 * What the usage hint keeps busy. Requests are taken not to overlap until one instance is busy all the time there is
 * traffic, and to fill instances up to `concurrency` after that: a low guess of sharing, so a high guess of the price.
 */
function loadOf({ usage, scale }: Needs, concurrency: number): Load | undefined {
  const { requestsPerMonth, requestMs, hoursPerDay } = usage;
  if (requestsPerMonth === undefined || requestMs === undefined) return undefined;
  const each = Math.max(requestMs, LEAST_REQUEST_MS);
  const inTurn = requestSeconds(each).times(requestsPerMonth);
  const open = openHours(hoursPerDay).times(SECONDS_PER_HOUR);
  const oneInstance = inTurn.lt(open) ? inTurn : open;
  const busy = largest(oneInstance, busySeconds(requestsPerMonth, each, concurrency));
  const most = MONTH_SECONDS.times(scale.max);
  return { requestSeconds: inTurn, busySeconds: busy.lt(most) ? busy : most };
}

const openHours = (hoursPerDay = 24): BigDecimal =>
  new BigDecimal(HOURS_PER_MONTH).times(hoursPerDay).div(24);

const largest = (first: BigDecimal, ...rest: readonly BigDecimal[]): BigDecimal =>
  rest.reduce((most, next) => (next.gt(most) ? next : most), first);
