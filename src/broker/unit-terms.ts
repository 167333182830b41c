import { isCommitment, isTakenOff } from "../catalog/account-rates.ts";
import { BigDecimal } from "../catalog/decimal.ts";
import { HOURS_PER_MONTH } from "../catalog/quote-request.ts";
import type { Allotment } from "../domain/freeze.ts";
import type { Basis, TermLine, UnitTerms } from "../domain/ledger.ts";
import { subtract, sum } from "../domain/money.ts";
import type { Offer, Price, PriceLine } from "../domain/offer.ts";
import type { Unit } from "../domain/plan.ts";
import { isHourly } from "../domain/spend.ts";
import type { Scale } from "../domain/spec.ts";
import type { Commit, PricedAt } from "../store/store.ts";
import { isUsageMeter, PER_PLACE_METERS, PER_REPLICA_METERS, SHARED_METERS } from "./time-based.ts";

/** What a plan's units are, on which offers, at which scale. */
export interface MoneyInput {
  /** One for each unit, in the same order. */
  readonly allotments: readonly Allotment[];
  readonly units: readonly Unit[];
  readonly scale: Scale;
  readonly labels: Readonly<Record<string, string>>;
  /** An emergency passes budgets. */
  readonly emergency: boolean;
  /** Of a job: the seconds its prices count a container for, instead of a month. */
  readonly runSeconds?: number | undefined;
  /** The prices that the offers were priced at. */
  readonly pricedAt: PricedAt;
}

/** What a plan costs by the second, unit by unit, and what it may cost a month at most. Pure. */
export function moneyOf(input: MoneyInput): NonNullable<Commit["money"]> {
  const { allotments, units, scale, emergency, pricedAt } = input;
  const terms = units.flatMap((unit, at) => {
    const allotment = allotments[at];
    return allotment === undefined
      ? []
      : [{ unit: unit.id, terms: termsOf(input, unit, allotment), pricedAt }];
  });
  const floors = allotments.map(({ offer, replicas }) =>
    part(offer.price?.floorUsd, replicas.min, scale.min),
  );
  const ceilings = allotments.map(({ offer, replicas }) =>
    part(timeBasedCeiling(offer.price), replicas.max, scale.max),
  );
  return { terms, floorUsd: sum(floors), ceilingUsd: sum(ceilings), passesBudgets: emergency };
}

function termsOf(input: MoneyInput, unit: Unit, { offer, replicas }: Allotment): UnitTerms {
  const { provider, target, region } = unit.place;
  const { scale, labels, runSeconds } = input;
  const hours = runSeconds === undefined ? new BigDecimal(HOURS_PER_MONTH) : hoursOf(runSeconds);
  const lines = metered(offer.price?.lines ?? []).map((line) =>
    termLine(line, offer, replicas.min, scale, hours),
  );
  return {
    place: { provider, target, region },
    labels,
    lines: lines.filter(({ perSecond }) => perSecond !== "0"),
    startBilled: startBilled(offer),
    minimumSeconds: minimumSeconds(offer),
  };
}

// The time of a start (its image pull included) is measured, so the guess at it that a price contains is not metered besides: it is a
// second line at the very rate of the run. What an account gets off is metered as it is in force, whatever it was when the price was made.
function metered(lines: readonly PriceLine[]): readonly PriceLine[] {
  const listed = lines.filter((line) => !isTakenOff(line));
  return listed.filter(
    (line, at) =>
      line.rateId === undefined ||
      listed.findIndex((one) => one.rateId === line.rateId && one.meter === line.meter) === at,
  );
}

/** Places of a quantity by the second: finer than any meter counts. */
const PLACES = 18;
const SECONDS_PER_HOUR = 3_600;

const hoursOf = (seconds: number): BigDecimal => new BigDecimal(seconds).div(SECONDS_PER_HOUR);

/** `counted`: the hours for which the price counts a replica. */
function termLine(
  line: PriceLine,
  offer: Offer,
  replicas: number,
  scale: Scale,
  counted: BigDecimal,
): TermLine {
  const steady = isSteady(offer, scale);
  const perReplica = steady && PER_REPLICA_METERS.has(line.meter);
  // A price is that of scale.min replicas together; one that is of them all alike is divided among the places they are on.
  const share = perReplica ? 1 : replicas;
  const isWhole = scale.min === 0 || PER_PLACE_METERS.has(line.meter);
  const quantity = isWhole ? whole(line, perReplica) : divided(line.quantity, share, scale.min);
  const hours = isHourly(line.unit) ? 1 : SECONDS_PER_HOUR;
  const perSecond = quantity.div(counted).div(hours).round(PLACES, BigDecimal.roundHalfUp);
  return {
    meter: line.meter,
    perSecond: perSecond.toFixed(),
    measure: line.unit,
    listUsd: line.rateUsd,
    effectiveUsd: line.rateUsd,
    rateId: line.rateId,
    basis: basisOf(line, offer, steady),
    perReplica,
  };
}

const divided = (quantity: string, share: number, of: number): BigDecimal =>
  new BigDecimal(quantity).times(share).div(of);

// With no replica at rest a price by the replica is that of none, and the rest belongs to the one place there is. What counts once for
// each place belongs to each.
const whole = (line: PriceLine, perReplica: boolean): BigDecimal =>
  new BigDecimal(perReplica ? 0 : line.quantity);

// Cloud Run adds and removes instances by load, so what runs is known from the hint only; elsewhere replicas are as many as were sent.
function isSteady({ billing }: Offer, { min, max }: Scale): boolean {
  return billing !== "request" && (billing !== "instance" || min === max);
}

function basisOf(line: PriceLine, { billing }: Offer, steady: boolean): Basis {
  const known = !isUsageMeter(line.meter) && !SHARED_METERS.has(line.meter);
  return steady && billing !== "spot" && known ? "metered" : "estimated";
}

// Fargate and Container Instances bill from the pull on, Cloud Run's instances from their start on (the vendors' pricing pages).
function startBilled({ place, billing }: Offer): boolean {
  return place.provider !== "agents" && billing !== "request";
}

/** The shortest billed run of a Fargate task (Linux), a Cloud Run instance or job (aws.amazon.com/fargate/pricing, cloud.google.com/run/pricing). */
const LEAST_SECONDS = 60;

function minimumSeconds({ place, billing }: Offer): number {
  if (place.provider === "ecs") return LEAST_SECONDS;
  return place.provider === "cloud-run" && (billing === "instance" || billing === "job") ? LEAST_SECONDS : 0;
}

// Requests and traffic cannot be bounded by a scale, so a cap holds only what runs by the hour; the hint's usage is in both prices.
/**
 * What an offer's price would hold of a budget: its ceiling but for requests and traffic, without what commitments pay, for others may
 * come to use them. Undefined where there is no price.
 */
export function timeBasedCeiling(price: Price | undefined): string | undefined {
  if (price === undefined) return undefined;
  const usage = price.lines
    .filter((line) => isUsageMeter(line.meter) && !isCommitment(line))
    .map(({ usd }) => usd);
  const rest = subtract(price.ceilingUsd, sum(usage));
  return rest.startsWith("-") ? "0" : rest;
}

function part(usd: string | undefined, replicas: number, of: number): string {
  if (usd === undefined || of === 0) return usd === undefined ? "0" : usd;
  return new BigDecimal(usd).times(replicas).div(of).round(PLACES, BigDecimal.roundUp).toFixed();
}
