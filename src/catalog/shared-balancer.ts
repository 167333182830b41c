import type { Needs } from "../domain/needs.ts";
import type { Offer, PriceLine } from "../domain/offer.ts";
import { type PriceBook, rateOf } from "./book.ts";
import { BigDecimal } from "./decimal.ts";
import type { Meter } from "./meters.ts";
import { type PricedMonth, pricedMonth } from "./month-price.ts";
import { rateLine } from "./price-lines.ts";
import { HOURS_PER_MONTH } from "./quote-request.ts";

/** Services of a network that share one load balancer at most (Amazon ECS Developer Guide, resources created by Express Mode services). */
export const MOST_BALANCER_SERVICES = 25;

/**
 * The offer with its part of the Application Load Balancer that ECS Express Mode makes, as lines that say which part it is. At the
 * floor it is that of a full balancer; otherwise that of the `sharedBy` services somebody told of, or, where nobody did, the whole:
 * the first service pays all of it. Traffic through it counts by the usage hint. What has no known rate is named as not priced.
 */
export function withSharedBalancer(
  offer: Offer,
  usage: Needs["usage"],
  book: PriceBook,
  sharedBy?: number,
): Offer {
  const { price, boundLines } = offer;
  if (price === undefined || boundLines === undefined) return offer;
  const { region } = offer.place;
  const hours = (services: number): readonly PriceLine[] =>
    linesOf(book, region, "lb-hour", new BigDecimal(HOURS_PER_MONTH).div(services), partNote(services));
  const traffic = trafficOf(usage, region, book);
  const known = hours(1).length > 0;
  const standing = hours(sharedBy ?? 1);
  const priced: PricedMonth = pricedMonth(
    {
      floor: [...boundLines.floor, ...hours(MOST_BALANCER_SERVICES)],
      expected: [...price.lines, ...standing, ...traffic.lines],
      ceiling: [...boundLines.ceiling, ...standing, ...traffic.lines],
    },
    {
      assumes: [
        ...(price.assumes ?? []),
        ...(known ? [sharedBy === undefined ? ALONE : toldOf(sharedBy)] : []),
        ...traffic.assumes,
      ],
      notPriced: [
        ...price.notPriced,
        ...(known ? [] : [`lb-hour: ${BALANCER}; no rate is known in ${region}`]),
        ...traffic.notPriced,
        ADDRESSES,
      ],
    },
    book,
  );
  return { ...offer, ...priced };
}

const BALANCER = "the Application Load Balancer of Express Mode, which up to 25 services of a network share";
const ALONE = `lb-hour: this service is taken to have ${BALANCER}, to itself`;
const toldOf = (services: number): string =>
  `lb-hour: ${services} services are taken to share ${BALANCER}, as the target's expressServices says`;
const EVENLY =
  "lcu-hour: traffic through the load balancer is taken to come evenly, each request over a connection of its own";
const NO_HINT =
  "lcu-hour: traffic through the load balancer (set usage.requestsPerMonth and usage.egressGiBPerMonth)";
const ADDRESSES = "ipv4-hour: the load balancer's own addresses, one in each zone, shared as it is";

const partNote = (services: number): string =>
  services === 1
    ? "the whole load balancer of Express Mode"
    : `1/${services} of the load balancer of Express Mode`;

/** One capacity unit takes so many new connections in an hour (25 a second), or so many GiB (aws.amazon.com/elasticloadbalancing/pricing). */
const CONNECTIONS_A_UNIT_HOUR = 25 * 3_600;
const GIB_A_UNIT_HOUR = 1;

interface Traffic {
  readonly lines: readonly PriceLine[];
  readonly assumes: readonly string[];
  readonly notPriced: readonly string[];
}

// The dearest of its dimensions is charged; the two of open connections and of rules follow from neither hint.
function trafficOf(
  { requestsPerMonth, egressGiBPerMonth }: Needs["usage"],
  region: string,
  book: PriceBook,
): Traffic {
  if (requestsPerMonth === undefined && egressGiBPerMonth === undefined)
    return { lines: [], assumes: [], notPriced: [NO_HINT] };
  const byConnections = new BigDecimal(requestsPerMonth ?? 0).div(CONNECTIONS_A_UNIT_HOUR);
  const byBytes = new BigDecimal(egressGiBPerMonth ?? 0).div(GIB_A_UNIT_HOUR);
  const units = byConnections.gt(byBytes) ? byConnections : byBytes;
  if (units.eq(0)) return { lines: [], assumes: [], notPriced: [] };
  const lines = linesOf(book, region, "lcu-hour", units, undefined);
  return lines.length > 0
    ? { lines, assumes: [EVENLY], notPriced: [] }
    : {
        lines,
        assumes: [],
        notPriced: [`lcu-hour: traffic through the load balancer; no rate is known in ${region}`],
      };
}

/** One line, or none where the rate is not known. */
function linesOf(
  book: PriceBook,
  region: string,
  meter: Meter,
  amount: BigDecimal,
  note: string | undefined,
): readonly PriceLine[] {
  const rate = rateOf(book, { provider: "ecs", product: "load-balancer", region, meter });
  return rate === undefined ? [] : [rateLine(meter, amount, rate, [note, rate.note])];
}
