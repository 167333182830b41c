import * as fc from "fast-check";
import { expect, test } from "vitest";
import type {
  LedgerRow,
  Meter,
  MeterEvent,
  MeterFact,
  TermLine,
  UnitTerms,
} from "../../src/domain/ledger.ts";
import { keyOf, meter } from "../../src/domain/meter.ts";

const MINIMUM_SECONDS = 4;

const line = fc.record({
  meter: fc.constantFrom("cpu-second", "request"),
  perSecond: fc.integer({ min: 0, max: 3 }).map(String),
  rate: fc.integer({ min: -2, max: 4 }).map(String),
  perReplica: fc.boolean(),
});
const terms = fc
  .record({ lines: fc.array(line, { maxLength: 3 }), team: fc.constantFrom("a", "b"), start: fc.boolean() })
  .map(({ lines, team, start }): UnitTerms => ({
    place: { provider: "ecs", target: "home", region: "eu-west-1" },
    labels: { team },
    lines: lines.map(({ rate, ...rest }) => ({
      ...rest,
      measure: "vCPU-second",
      listUsd: rate,
      effectiveUsd: rate,
      basis: "metered" as const,
    })),
    startBilled: start,
    minimumSeconds: MINIMUM_SECONDS,
  }));
const event: fc.Arbitrary<MeterEvent> = fc.oneof(
  terms.map((one) => ({ kind: "terms" as const, terms: one })),
  fc.integer({ min: 0, max: 3 }).map((replicas) => ({ kind: "applied" as const, replicas })),
  fc.constantFrom("start" as const, "run" as const, "off" as const).map((phase) => ({
    kind: "phase" as const,
    phase,
  })),
  fc.constantFrom("1", "2", "3").map((book) => ({ kind: "rates" as const, book })),
);
/** A unit's life: what happened to it, when by clocks that disagree, and perhaps its end. */
const history = fc
  .record({
    events: fc.array(fc.tuple(event, fc.integer({ min: -3, max: 9 })), { minLength: 1, maxLength: 14 }),
    ends: fc.boolean(),
  })
  .map(({ events, ends }): readonly MeterFact[] => {
    const gone: MeterEvent = { kind: "gone" };
    const all = ends ? [...events, [gone, 5] as const] : events;
    let at = 100_000;
    return all.map(([one, step], seq) => ({ ...UNIT, seq, at: (at += step * 500), event: one }));
  });
const UNIT = { project: "p", environment: "production", workload: "web", unit: "u" };

// Book "2" sells everything for 2.
const reprice = ({ book }: { readonly book: string }, lines: readonly TermLine[]) =>
  lines.map((one) => ({ ...one, listUsd: book, effectiveUsd: book, rateId: `r@${book}` }));

/** The ledger after passes that each took in some of the facts, as the store would hold it. */
function ledgerOf(passes: readonly (readonly MeterFact[])[]): ReadonlyMap<string, LedgerRow> {
  const rows = new Map<string, LedgerRow>();
  let known: Meter | undefined;
  for (const facts of passes) {
    const done = meter(known, facts, reprice);
    // What a database gives back has lost what was undefined.
    known = done.meter === undefined ? undefined : (JSON.parse(JSON.stringify(done.meter)) as Meter);
    for (const row of done.drop) rows.delete(keyOf(row));
    for (const row of done.put) rows.set(keyOf(row), JSON.parse(JSON.stringify(row)) as LedgerRow);
  }
  return rows;
}

test("the same ledger comes of a unit's facts, however they are cut into passes", () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(15), { maxLength: 6 }), (facts, cuts) => {
      const at = [...new Set([0, ...cuts.filter((cut) => cut < facts.length), facts.length])].toSorted(
        (a, b) => a - b,
      );
      const passes = at.slice(1).map((end, index) => facts.slice(at[index], end));
      const once = ledgerOf([facts]);
      const many = ledgerOf(passes);
      expect([...many].toSorted(byKey)).toEqual([...once].toSorted(byKey));
    }),
    { numRuns: 2_000 },
  );
});

test("what the ledger holds is what an account kept minute by minute comes to", () => {
  fc.assert(
    fc.property(history, (facts) => {
      const until = Math.max(...facts.map(({ at }) => at)) + 20_000;
      const rows = [...ledgerOf([facts]).values()];
      const spent = rows.reduce((sum, row) => sum + costOf(row, until), 0);
      expect(spent).toBe(account(facts, until));
    }),
    { numRuns: 2_000 },
  );
});

test("rows of one line never overlap, and none lasts no time", () => {
  fc.assert(
    fc.property(history, (facts) => {
      const rows = [...ledgerOf([facts]).values()].filter(({ part }) => part !== "minimum");
      for (const row of rows) {
        expect(row.to ?? Infinity).toBeGreaterThan(row.from);
        const clash = rows.filter(
          (other) =>
            other !== row &&
            other.line === row.line &&
            other.from < (row.to ?? Infinity) &&
            row.from < (other.to ?? Infinity),
        );
        expect(clash).toEqual([]);
      }
    }),
  );
});

test("a unit that is gone has no open row, and nothing is known of it any more", () => {
  fc.assert(
    fc.property(history, (facts) => {
      const ended = facts.at(-1)?.event.kind === "gone";
      const { meter: left, put } = meter(undefined, facts, reprice);
      expect(left === undefined).toBe(ended);
      if (ended) expect(put.every(({ to }) => to !== undefined)).toBe(true);
    }),
  );
});

const costOf = (row: LedgerRow, until: number) =>
  Number(row.perSecond) * Number(row.effectiveUsd) * ((row.to ?? until) - row.from);

/** The same money by another way: the state after each fact, held until the next. */
function account(facts: readonly MeterFact[], until: number): number {
  let lines: readonly TermLine[] = [];
  let minimum: number | undefined;
  let replicas: number | undefined;
  let phase = "start";
  let spent = 0;
  let since: number | undefined;
  let clock = 0;
  let rate = 0;
  let perReplica = 0;
  for (const { at, event: what } of facts) {
    const now = Math.max(at, clock);
    if (since !== undefined) spent += rate * (now - clock);
    clock = now;
    if (what.kind === "terms") {
      lines = what.terms.lines;
      minimum = what.terms.minimumSeconds * 1_000;
    }
    if (what.kind === "applied") {
      replicas = what.replicas;
      if (phase === "off") phase = "start";
    }
    if (what.kind === "phase") phase = what.phase;
    if (what.kind === "rates") lines = reprice(what, lines);
    if (what.kind === "gone") phase = "off";
    const runs = phase !== "off" && replicas !== undefined && minimum !== undefined;
    if (!runs && since !== undefined) {
      const ran = clock - since;
      spent += ran === 0 ? 0 : perReplica * Math.max(0, (minimum ?? 0) - ran);
      since = undefined;
    }
    if (runs) since ??= clock;
    const each = lines.map(
      (one) => Number(one.perSecond) * Number(one.effectiveUsd) * (one.perReplica ? (replicas ?? 0) : 1),
    );
    rate = runs ? each.reduce((sum, cost) => sum + cost, 0) : 0;
    perReplica = runs
      ? each.reduce((sum, cost, index) => sum + (lines[index]?.perReplica === true ? cost : 0), 0)
      : 0;
  }
  return since === undefined ? spent : spent + rate * (until - clock);
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);
