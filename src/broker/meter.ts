import type { PriceBook } from "../catalog/book.ts";
import type { MeterFact } from "../domain/ledger.ts";
import type { Reprice } from "../domain/meter.ts";
import { meterProject, type MeteredUnit } from "../domain/meter-project.ts";
import type { Store } from "../store/store.ts";
import type { PriceBooks } from "./ports.ts";
import { repriced } from "./repriced.ts";

/** Facts that one batch takes in, and batches of one pass: what is left is the next pass's. */
const FACTS_A_BATCH = 200;
const MAX_BATCHES = 25;
/** Longer than a batch can take, so that two processes seldom do the same work; doing it twice does no harm, ms. */
const LEASE_MS = 10_000;

/** What the metering pass may touch. */
export interface MeterPorts {
  readonly store: Pick<Store, "meterWork" | "meterDone" | "takeLease">;
  readonly books: PriceBooks;
  readonly now: () => number;
  /** Names this process in leases. */
  readonly owner: string;
  /** Only this project's facts. */
  readonly project?: string | undefined;
}

/**
 * One metering pass: takes in what happened to units since the last one and writes the ledger. Late, twice or by two processes,
 * the same rows come of it; with nothing new it writes nothing. Returns how many facts it took in.
 */
export async function meterPass(ports: MeterPorts): Promise<number> {
  const { store, project, owner } = ports;
  let taken = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const work = await store.meterWork(FACTS_A_BATCH, project);
    if (work.facts.length === 0) return taken;
    if (!(await store.takeLease(`meter:${project ?? "*"}`, owner, ports.now(), LEASE_MS))) return taken;
    const reprice = await repriceWith(ports.books, work.facts);
    const units = [...Map.groupBy(work.facts, (fact) => fact.project)].flatMap(([of, facts]) =>
      meterProject(
        work.meters.filter((known) => known.project === of),
        facts,
        reprice,
      ),
    );
    if (!(await store.meterDone(work, resultOf(units)))) return taken;
    taken += work.facts.length;
  }
  return taken;
}

function resultOf(units: readonly MeteredUnit[]) {
  return {
    meters: units.flatMap(({ meter }) => meter ?? []),
    ended: units.flatMap(({ meter, unit }) => (meter === undefined ? [unit] : [])),
    put: units.flatMap(({ put }) => put),
    drop: units.flatMap(({ drop }) => drop),
  };
}

// A book that is no longer kept changes nothing: the rates before it go on.
async function repriceWith(books: PriceBooks, facts: readonly MeterFact[]): Promise<Reprice> {
  const named = facts.flatMap(({ event }) => (event.kind === "rates" ? [event.book, event.stated] : []));
  const found = new Map<string | undefined, PriceBook | undefined>();
  for (const hash of new Set(named)) found.set(hash, hash === undefined ? hash : await books.byHash(hash));
  return ({ book, stated }, lines, place) => {
    const own = found.get(stated);
    return stated !== undefined && own === undefined
      ? lines
      : repriced({ book: found.get(book), stated: own }, lines, place);
  };
}
