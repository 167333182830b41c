import { type Agreed, type Discount, isInForce, type Paying } from "./account-rates.ts";
import { committedAt, shares } from "./commitment-shares.ts";
import type { Meter, MeterFact } from "./ledger.ts";
import { linesInUse } from "./meter.ts";
import type { Decimal } from "./money.ts";
import { committedUsdPerHour } from "./paid-lines.ts";
import { CLOUDS } from "./place.ts";

/**
 * What each unit of a project pays at `at`, where it is other than before: the discounts that count, and its share of what is committed.
 * As facts, which nobody stores. `standing` are all that stand, by `keyOfUnit`; what is not known of any agreement stays as it is. Pure.
 */
export function settle(
  standing: ReadonlyMap<string, Meter>,
  { at, seq }: Pick<MeterFact, "at" | "seq">,
): readonly MeterFact[] {
  const now = Math.max(at, clockOf(standing));
  const parties = partiesOf(standing, now);
  const covered = coveredOf(parties, now);
  return parties.flatMap(({ key, of, discounts, since }): readonly MeterFact[] => {
    const paying: Paying = { discounts, coveredUsdPerHour: covered.get(key) ?? "0" };
    if (of.standsSince === since && JSON.stringify(of.paying) === JSON.stringify(paying)) return [];
    const { project, environment, workload, unit } = of;
    const event = { kind: "paying", paying, standsSince: since } as const;
    return [{ seq, at: now, project, environment, workload, unit, event }];
  });
}

/** When discounts and commitments of these units end after what they know, up to `at`; in order. */
export function endsUntil(standing: ReadonlyMap<string, Meter>, at: number): readonly number[] {
  const clock = clockOf(standing);
  if (clock >= at) return [];
  const ends = [...standing.values()].flatMap(({ agreed }) =>
    [...(agreed?.discounts ?? []), ...(agreed?.commitments ?? [])].flatMap(({ until }) =>
      until !== undefined && until > clock && until <= at ? [until] : [],
    ),
  );
  return [...new Set(ends)].toSorted((a, b) => a - b);
}

/** Names a unit among those of all projects. */
export function keyOfUnit(of: Pick<Meter, "project" | "environment" | "workload" | "unit">): string {
  return JSON.stringify([of.project, of.environment, of.workload, of.unit]);
}

interface Party {
  readonly key: string;
  readonly of: Meter;
  readonly agreed: Agreed;
  readonly discounts: readonly Discount[];
  readonly since: number;
}

const clockOf = (standing: ReadonlyMap<string, Meter>): number =>
  [...standing.values()].reduce((latest, { at }) => Math.max(latest, at), 0);

// Replicas that take the place of others have been there as long as those: a rollout costs no workload its share.
function partiesOf(standing: ReadonlyMap<string, Meter>, now: number): readonly Party[] {
  const workloads = new Map<string, number>();
  const workloadOf = ({ environment, workload }: Meter) => JSON.stringify([environment, workload]);
  for (const one of standing.values()) {
    const { standsSince = now } = one;
    const before = workloads.get(workloadOf(one));
    workloads.set(workloadOf(one), Math.min(before ?? standsSince, standsSince));
  }
  return [...standing].flatMap(([key, of]) => {
    const { agreed } = of;
    if (agreed === undefined) return [];
    const discounts = agreed.discounts.filter((one) => isInForce(one, now));
    return [{ key, of, agreed, discounts, since: workloads.get(workloadOf(of)) ?? now }];
  });
}

function coveredOf(parties: readonly Party[], now: number): ReadonlyMap<string, Decimal> {
  const covered = CLOUDS.flatMap((provider) => {
    const here = parties.filter(({ of }) => of.terms?.place.provider === provider);
    const pool = committedAt(newest(here)?.commitments ?? [], provider, now);
    if (pool === "0") return [];
    const claims = here.map(({ key, of, discounts, since }) => ({
      key,
      since,
      usdPerHour: useOf(of, discounts),
    }));
    return [...shares(pool, claims)];
  });
  return new Map(covered);
}

// Not every unit is told in the same pass.
function newest(parties: readonly Party[]): Agreed | undefined {
  return parties.reduce<Agreed | undefined>(
    (latest, { agreed }) => (latest === undefined || agreed.version > latest.version ? agreed : latest),
    undefined,
  );
}

/** What was found of a unit as it is: most are as they were when others change. */
const FOUND = new WeakMap<Meter, { readonly discounts: string; readonly usdPerHour: Decimal }>();

function useOf(of: Meter, discounts: readonly Discount[]): Decimal {
  const text = JSON.stringify(discounts);
  const known = FOUND.get(of);
  if (known?.discounts === text) return known.usdPerHour;
  const usdPerHour = committedUsdPerHour(linesInUse(of), discounts, of.terms?.place.region ?? "");
  FOUND.set(of, { discounts: text, usdPerHour });
  return usdPerHour;
}
