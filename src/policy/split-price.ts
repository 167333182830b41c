import { Big } from "big.js";
import { sum } from "../domain/money.ts";
import type { Price, PriceLine } from "../domain/offer.ts";
import type { Parts } from "./where-to.ts";

/** Decimal places of a share of a price: a line is divided once and never again. */
const PLACES = 12;

/**
 * The price of replicas that are divided over places: of each place's price the part of the replicas it has. What a place is paid for
 * once, however many replicas it has, is counted by its part too, and the price says so. Undefined where a place has no price.
 */
export function splitPrice(parts: Parts): Price | undefined {
  const [first, ...others] = parts;
  const price = first?.ranked.offer.price;
  // Hosts of one pool cost the same, so what one costs is what all cost.
  if (others.every(({ ranked }) => sameAmounts(ranked.offer.price, price))) return price;
  const all = parts.reduce((count, { replicas }) => count + replicas, 0);
  const shares = parts.flatMap(({ ranked, replicas }) => {
    const { price } = ranked.offer;
    return price === undefined
      ? []
      : [{ price, of: all === 0 ? 1 : replicas, all: all === 0 ? parts.length : all }];
  });
  if (shares.length < parts.length) return undefined;
  const lines = shares.flatMap((share) => share.price.lines.map((line) => partOf(line, share)));
  const added = (amounts: readonly string[]): string => sum(amounts);
  const whole = added(shares.map((share) => portion(share.price.expectedUsd, share)));
  const days = shares.map(({ price }) => price.asOf);
  return {
    floorUsd: added(shares.map((share) => portion(share.price.floorUsd, share))),
    // Where there are lines they make the sum, to the last digit.
    expectedUsd: lines.length === 0 ? whole : added(lines.map(({ usd }) => usd)),
    ceilingUsd: added(shares.map((share) => portion(share.price.ceilingUsd, share))),
    lines,
    notPriced: [...new Set([...shares.flatMap(({ price }) => price.notPriced), NOTE])],
    asOf: {
      from: days.map(({ from }) => from).reduce((a, b) => (a < b ? a : b)),
      to: days.map(({ to }) => to).reduce((a, b) => (a > b ? a : b)),
    },
  };
}

const NOTE =
  "It runs in several places: what each is paid for once, such as an address or a load balancer, is counted by its part of the replicas.";

interface Share {
  readonly of: number;
  readonly all: number;
}

function sameAmounts(a: Price | undefined, b: Price | undefined): boolean {
  return a?.floorUsd === b?.floorUsd && a?.expectedUsd === b?.expectedUsd && a?.ceilingUsd === b?.ceilingUsd;
}

const portion = (amount: string, { of, all }: Share): string =>
  new Big(new Big(amount).times(of).div(all).toFixed(PLACES)).toFixed();

function partOf(line: PriceLine, share: Share): PriceLine {
  return { ...line, quantity: portion(line.quantity, share), usd: portion(line.usd, share) };
}
