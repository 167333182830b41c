import { Big } from "big.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Agreed } from "../../src/domain/account-rates.ts";
import { committedAt } from "../../src/domain/commitment-shares.ts";
import type { LedgerRow, Meter, MeterEvent, MeterFact, UnitTerms } from "../../src/domain/ledger.ts";
import { keyOf } from "../../src/domain/meter.ts";
import { meterProject } from "../../src/domain/meter-project.ts";
import { committedUsdPerHour, isCovered } from "../../src/domain/paid-lines.ts";
import { keyOfUnit } from "../../src/domain/settle.ts";

const START = 100_000;
const UNITS = ["u1", "u2", "u3"];
const REGION = "eu-west-1";

/** Discounts and commitments that end while things happen; every version is later than the one before it. */
const agreement = fc.record({
  discounts: fc.array(
    fc.record({
      provider: fc.constant("ecs" as const),
      percent: fc.constantFrom("10", "33.3", "100"),
      until: fc.integer({ min: 0, max: 30 }).map((step) => START + step * 500 + 7),
    }),
    { maxLength: 2 },
  ),
  commitments: fc.array(
    fc.record({
      provider: fc.constantFrom("ecs" as const, "aci" as const),
      usdPerHour: fc.constantFrom("0.5", "3", "7.7"),
      until: fc.integer({ min: 0, max: 30 }).map((step) => START + step * 500 + 3),
    }),
    { maxLength: 3 },
  ),
});
const terms = fc.array(fc.constantFrom("1", "2.5"), { maxLength: 2 }).map((amounts): UnitTerms => ({
  place: { provider: "ecs", target: "home", region: REGION },
  labels: {},
  lines: amounts.map((perSecond, at) => ({
    meter: ["cpu-second", "ipv4-hour"][at] ?? "cpu-second",
    perSecond,
    measure: "vCPU-hour",
    listUsd: "1",
    effectiveUsd: "1",
    basis: "metered",
    perReplica: true,
  })),
  startBilled: true,
  minimumSeconds: 0,
}));
type Step =
  | { readonly kind: "unit"; readonly unit: string; readonly event: MeterEvent }
  | { readonly kind: "agreed"; readonly agreed: Omit<Agreed, "version"> };
const step: fc.Arbitrary<Step> = fc.oneof(
  agreement.map((agreed) => ({ kind: "agreed" as const, agreed })),
  fc.record({
    kind: fc.constant("unit" as const),
    unit: fc.constantFrom(...UNITS),
    event: fc.oneof(
      terms.map((one) => ({ kind: "terms" as const, terms: one })),
      fc.integer({ min: 0, max: 3 }).map((replicas) => ({ kind: "applied" as const, replicas })),
      fc.constantFrom("run" as const, "off" as const).map((phase) => ({ kind: "phase" as const, phase })),
    ),
  }),
);

interface Life {
  readonly facts: readonly MeterFact[];
  /** What was agreed from when on, in order. */
  readonly agreed: readonly { readonly at: number; readonly agreed: Agreed }[];
}

/** A project's life: each unit is committed as the account stood by then, and told of every change at once. */
const life: fc.Arbitrary<Life> = fc
  .array(fc.tuple(step, fc.integer({ min: 0, max: 4 })), { minLength: 3, maxLength: 14 })
  .map((steps) => {
    const facts: MeterFact[] = [];
    const history: { at: number; agreed: Agreed }[] = [];
    let current: Agreed = { version: 1, discounts: [], commitments: [] };
    let at = START;
    const known = new Set<string>();
    const tell = (unit: string, event: MeterEvent) =>
      facts.push({ seq: facts.length, at, ...whose(unit), event });
    const commit = (unit: string, own: UnitTerms) => {
      known.add(unit);
      tell(unit, { kind: "terms", terms: own, agreed: current });
    };
    for (const [one, ahead] of steps) {
      at += ahead * 500;
      if (one.kind === "agreed") {
        current = { ...one.agreed, version: current.version + 1 };
        history.push({ at, agreed: current });
        for (const unit of known) tell(unit, { kind: "rates", book: "b", agreed: current });
      } else if (one.event.kind === "terms") commit(one.unit, one.event.terms);
      else if (known.has(one.unit)) tell(one.unit, one.event);
    }
    return { facts, agreed: history };
  });
const whose = (unit: string) => ({ project: "p", environment: "production", workload: `w${unit}`, unit });

/** The ledger after passes that each took in some of the facts, as the store would hold it. */
function ledgerOf(passes: readonly (readonly MeterFact[])[]): readonly LedgerRow[] {
  const rows = new Map<string, LedgerRow>();
  let meters = new Map<string, Meter>();
  for (const facts of passes) {
    const done = meterProject([...meters.values()], facts, (_rates, lines) => lines);
    for (const { unit, meter, put, drop } of done) {
      const key = keyOfUnit(unit);
      // What a database gives back has lost what was undefined.
      if (meter === undefined) meters.delete(key);
      else meters = new Map([...meters, [key, JSON.parse(JSON.stringify(meter)) as Meter]]);
      for (const row of drop) rows.delete(key + keyOf(row));
      for (const row of put) rows.set(key + keyOf(row), JSON.parse(JSON.stringify(row)) as LedgerRow);
    }
  }
  return [...rows.values()].toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}
/** Rows that follow on each other and differ in nothing else, as one. */
function joined(rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const all = new Map<string, LedgerRow[]>();
  for (const row of rows.toSorted((a, b) => a.from - b.from)) {
    const { from: _from, to, ...rest } = row;
    const alike = all.get(JSON.stringify(rest)) ?? [];
    const last = alike.at(-1);
    if (last?.to === row.from)
      alike[alike.length - 1] = to === undefined ? withoutEnd(last) : { ...last, to };
    else alike.push(row);
    all.set(JSON.stringify(rest), alike);
  }
  return [...all.values()].flat().toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}
const withoutEnd = ({ to: _to, ...row }: LedgerRow): LedgerRow => row;
const textOf = (row: LedgerRow) => [row.unit, row.from, row.line, row.part].join("/");

test("every moment is charged the same, however a project's facts are cut into passes", () => {
  fc.assert(
    fc.property(life, fc.array(fc.nat(20), { maxLength: 6 }), ({ facts }, cuts) => {
      const at = [...new Set([0, ...cuts.filter((cut) => cut < facts.length), facts.length])].toSorted(
        (a, b) => a - b,
      );
      const passes = at.slice(1).map((end, index) => facts.slice(at[index], end));
      expect(joined(ledgerOf(passes))).toEqual(joined(ledgerOf([facts])));
    }),
    { numRuns: 1_000 },
  );
});

test("at no moment is more of a commitment given than there is, less where somebody could use it, or anything below nothing", () => {
  fc.assert(
    fc.property(life, ({ facts, agreed }) => {
      const rows = ledgerOf([facts]);
      const last = facts.at(-1)?.at ?? START;
      for (let now = START; now < last; now += 250) {
        const { discounts = [], commitments = [] } = agreed.findLast((one) => one.at <= now)?.agreed ?? {};
        const counting = discounts.filter(({ until }) => until === undefined || now < until);
        const open = rows.filter((row) => row.from <= now && now < (row.to ?? Infinity));
        for (const { perSecond, effectiveUsd } of open)
          expect(new Big(perSecond).gt(0) && new Big(effectiveUsd).gte(0)).toBe(true);
        const worth = (some: readonly LedgerRow[]) => new Big(committedUsdPerHour(some, counting, REGION));
        const pool = committedAt(commitments, "ecs", now);
        const [given, used] = [worth(open.filter(isCovered)), worth(open)];
        expect(given.lte(pool)).toBe(true);
        // Quantities have eighteen places, rounded down.
        expect(Number(used.lt(pool) ? used : pool) - Number(given)).toBeLessThan(1e-12);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("each discount counts from the moment it is agreed on until the moment it ends", () => {
  fc.assert(
    fc.property(life, ({ facts, agreed }) => {
      const last = facts.at(-1)?.at ?? START;
      for (const row of ledgerOf([facts])) {
        if (isCovered(row)) continue;
        for (const now of [row.from, Math.min(row.to ?? last, last) - 1]) {
          const { discounts = [] } = agreed.findLast((one) => one.at <= now)?.agreed ?? {};
          const percents = discounts.flatMap(({ percent, until = Infinity }) =>
            now < until ? [Number(percent)] : [],
          );
          if (now >= row.from)
            expect(Number(row.effectiveUsd)).toBeCloseTo(1 - Math.max(0, ...percents) / 100, 9);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
