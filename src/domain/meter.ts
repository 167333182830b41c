import type { Agreed } from "./account-rates.ts";
import type { LedgerPlace, LedgerRow, Meter, MeterEvent, MeterFact, TermLine, UnitTerms } from "./ledger.ts";
import { multiply } from "./money.ts";
import { lineOf, paidLines } from "./paid-lines.ts";

/** The lines of a unit at other rates, where it runs; its own where those say nothing of them. */
export type Reprice = (
  rates: Extract<MeterEvent, { readonly kind: "rates" }>,
  lines: readonly TermLine[],
  place: LedgerPlace | undefined,
) => readonly TermLine[];

/** What the ledger must hold after some facts of one unit: rows to write (in place of those with the same key), and rows to drop. */
export interface Metered {
  /** Absent when the unit is gone: nothing more will come. */
  readonly meter: Meter | undefined;
  readonly put: readonly LedgerRow[];
  /** Rows that were written as open and turned out to have lasted no time. */
  readonly drop: readonly LedgerRow[];
}

/**
 * Takes the facts of one unit in, in the order they were written. However they are cut into passes, the same rows come of it.
 * Pure; a fact that is older than the one before it counts as happening with that one.
 */
export function meter(before: Meter | undefined, facts: readonly MeterFact[], reprice: Reprice): Metered {
  let current = before;
  let gone = false;
  const closed: LedgerRow[] = [];
  for (const fact of facts) {
    const state = withFact(current, fact, reprice);
    gone = fact.event.kind === "gone";
    const step = turn(state, gone);
    closed.push(...step.closed);
    current = step.meter;
  }
  const rows = [...closed, ...(current?.open ?? [])];
  const isEmpty = (row: LedgerRow) => row.to === row.from;
  const known = new Set((before?.open ?? []).map(keyOf));
  return {
    meter: gone ? undefined : current,
    put: rows.filter((row) => !isEmpty(row) && !(before?.open ?? []).includes(row)),
    drop: rows.filter((row) => isEmpty(row) && known.has(keyOf(row))),
  };
}

/** The lines of a unit that is billed now, with how much of each all its replicas use; none while it is not. */
export function linesInUse({ terms, replicas, phase, lines }: Meter): readonly TermLine[] {
  if (terms === undefined || replicas === undefined || phase === "off") return [];
  return lines.map((line) =>
    line.perReplica ? { ...line, perSecond: multiply(line.perSecond, replicas) } : line,
  );
}

/** A unit's metering by what is known after a fact, its rows aside. */
export function withFact(before: Meter | undefined, fact: MeterFact, reprice: Reprice): Meter {
  const { at, event } = fact;
  const state = before ?? unmetered(fact);
  const now = { ...state, at: Math.max(at, state.at) };
  switch (event.kind) {
    case "terms": {
      const { terms, agreed } = event;
      return { ...now, terms, lines: terms.lines, agreed: agreedAt(terms.place, agreed) ?? state.agreed };
    }
    case "applied":
      // Sent anew after it had vanished: it starts again.
      return { ...now, replicas: event.replicas, phase: state.phase === "off" ? "start" : state.phase };
    case "phase":
      return { ...now, phase: event.phase };
    case "rates": {
      const place = state.terms?.place;
      const agreed = (place && agreedAt(place, event.agreed)) ?? state.agreed;
      return { ...now, lines: reprice(event, state.lines, place), agreed };
    }
    case "paying":
      return { ...now, paying: event.paying, standsSince: event.standsSince };
    case "gone":
      return { ...now, phase: "off" };
  }
}

// What is agreed elsewhere is not kept at every unit.
function agreedAt({ provider, region }: LedgerPlace, agreed: Agreed | undefined): Agreed | undefined {
  if (agreed === undefined) return undefined;
  const here = agreed.discounts.filter(
    (one) => one.provider === provider && (one.region ?? region) === region,
  );
  const commitments = agreed.commitments.filter((one) => one.provider === provider);
  return { ...agreed, discounts: here, commitments };
}

function unmetered({ project, environment, workload, unit, at }: MeterFact): Meter {
  return { project, environment, workload, unit, lines: [], phase: "start", at, open: [] };
}

// Rows that cost the same as before go on; the others end now, and what they became begins.
function turn(state: Meter, gone: boolean): { readonly meter: Meter; readonly closed: readonly LedgerRow[] } {
  const { at } = state;
  const wanted = rowsOf(state);
  const same = (a: LedgerRow, b: LedgerRow) => textOf(a) === textOf(b);
  const going = state.open.filter((row) => wanted.some((next) => same(row, next)));
  const ended = state.open.filter((row) => !going.includes(row)).map((row) => ({ ...row, to: at }));
  const begun = wanted.filter((next) => !going.some((row) => same(row, next)));
  const open = [...going, ...begun].sort((a, b) => a.line - b.line);
  const runs = billed(state);
  const minimum = runs && !gone ? [] : minimumRows(state, ended);
  return {
    meter: { ...state, open, since: runs ? (state.since ?? at) : undefined },
    closed: [...ended, ...minimum],
  };
}

const billed = ({ terms, replicas, phase }: Meter): boolean =>
  terms !== undefined && replicas !== undefined && phase !== "off";

function rowsOf(state: Meter): readonly LedgerRow[] {
  const { terms, replicas, phase, paying } = state;
  if (terms === undefined || replicas === undefined) return [];
  const starting = phase === "start" && terms.startBilled;
  const lines = linesInUse(state);
  const paid =
    paying === undefined
      ? lines.map((line, number) => ({ number, line }))
      : paidLines(lines, paying, terms.place.region);
  return paid.flatMap(({ line, number }): readonly LedgerRow[] => {
    const { perSecond, basis } = line;
    if (perSecond === "0") return [];
    const row = rowOf(state, terms, line, number);
    const part = starting ? "start" : "run";
    return [{ ...row, part, perSecond, basis: starting ? "estimated" : basis, replicas }];
  });
}

type Bare = Omit<LedgerRow, "part" | "perSecond" | "basis" | "replicas">;

function rowOf(state: Meter, { place, labels }: UnitTerms, line: TermLine, number: number): Bare {
  const { project, environment, workload, unit, at } = state;
  const { meter: name, measure, listUsd, effectiveUsd, contractedUsd, rateId } = line;
  const whose = { project, environment, workload, unit };
  const price = { meter: name, measure, listUsd, effectiveUsd, contractedUsd, rateId };
  return { ...whose, ...place, ...price, line: number, from: at, labels };
}

// A run shorter than the provider's least is billed as that least: what is missing follows it, as rows of their own. One that by
// our clock lasted no time was started and ended by facts that came late: nothing is known to have run.
function minimumRows(state: Meter, ended: readonly LedgerRow[]): readonly LedgerRow[] {
  const { at, since, terms, lines } = state;
  if (since === undefined || terms === undefined || since === at) return [];
  const missing = terms.minimumSeconds * MS - (at - since);
  if (missing <= 0) return [];
  return ended
    .filter((row) => lines[lineOf(row)]?.perReplica === true)
    .map((row) => ({ ...row, part: "minimum", from: at, to: at + missing, basis: "estimated" }));
}

const MS = 1_000;

// Everything but the time: equal texts cost the same for the same reason.
function textOf({ from: _from, to: _to, ...row }: LedgerRow): string {
  const { labels, ...rest } = row;
  const sorted = (fields: object) =>
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(rest), sorted(labels)]);
}

/** The key of a row among those of its unit. */
export function keyOf({ line, part, from }: LedgerRow): string {
  return `${line}/${part}/${from}`;
}
