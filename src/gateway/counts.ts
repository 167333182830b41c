/** Units counted at once; beyond it the oldest idle one is forgotten. */
export const MAX_COUNTED_UNITS = 4_096;

/** What this gateway has seen of one unit. */
export interface UnitCounts {
  readonly inflight: number;
  readonly requests: number;
  /** Answers of 500 and more, and exchanges that broke off on the container's side. */
  readonly failures: number;
  /** Exchanges the client gave up. */
  readonly aborted: number;
  /** Streams closed because their unit was to go; not failures. */
  readonly closed: number;
  /** When this was read, ms. */
  readonly at: number;
}

export type Outcome = "answered" | "failed" | "aborted" | "closed";

/** One exchange under way; `end` counts once. */
export interface Exchange {
  end(outcome: Outcome): void;
}

/** Requests and streams by unit, for quiescing and for failure rates. */
export interface Counts {
  begin(unit: string): Exchange;
  /** Registers a stream that may be asked to close cleanly; gives back how to unregister it. */
  stream(unit: string, close: () => void): () => void;
  of(unit: string): UnitCounts;
  /** The sum over every unit still counted. */
  total(): UnitCounts;
  /** True as soon as nothing is in flight at the unit, false once `timeoutMs` has passed. */
  whenIdle(unit: string, timeoutMs: number): Promise<boolean>;
  /** Asks every stream of the unit to close cleanly; gives how many there were. */
  closeUnit(unit: string): number;
}

interface Tally {
  inflight: number;
  requests: number;
  failures: number;
  aborted: number;
  closed: number;
  readonly streams: Set<() => void>;
  readonly waiting: Set<() => void>;
}

/** Makes counts that start at zero. */
export function createCounts(options: { readonly now: () => number }): Counts {
  const tallies = new Map<string, Tally>();
  const tallyOf = (unit: string) => tallies.get(unit) ?? added(tallies, unit);
  return {
    begin: (unit) => beginIn(tallyOf(unit)),
    stream: (unit, close) => {
      const { streams } = tallyOf(unit);
      streams.add(close);
      return () => void streams.delete(close);
    },
    of: (unit) => snapshot([tallies.get(unit) ?? empty()], options.now()),
    total: () => snapshot([...tallies.values()], options.now()),
    whenIdle: (unit, timeoutMs) => whenIdle(tallyOf(unit), timeoutMs),
    closeUnit: (unit) => {
      const streams = [...(tallies.get(unit)?.streams ?? [])];
      for (const close of streams) close();
      return streams.length;
    },
  };
}

function beginIn(tally: Tally): Exchange {
  tally.requests++;
  tally.inflight++;
  let open = true;
  return {
    end: (outcome) => {
      if (!open) return;
      open = false;
      tally.inflight--;
      if (outcome === "failed") tally.failures++;
      if (outcome === "aborted") tally.aborted++;
      if (outcome === "closed") tally.closed++;
      if (tally.inflight > 0) return;
      for (const go of tally.waiting) go();
    },
  };
}

function whenIdle(tally: Tally, timeoutMs: number): Promise<boolean> {
  if (tally.inflight === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (idle: boolean) => {
      clearTimeout(timer);
      tally.waiting.delete(onIdle);
      resolve(idle);
    };
    const onIdle = () => settle(true);
    const timer = setTimeout(() => settle(false), timeoutMs);
    tally.waiting.add(onIdle);
  });
}

function added(tallies: Map<string, Tally>, unit: string): Tally {
  if (tallies.size >= MAX_COUNTED_UNITS) forgetOneIdle(tallies);
  const tally = empty();
  tallies.set(unit, tally);
  return tally;
}

function forgetOneIdle(tallies: Map<string, Tally>): void {
  for (const [unit, { inflight, waiting }] of tallies) {
    if (inflight > 0 || waiting.size > 0) continue;
    tallies.delete(unit);
    return;
  }
}

function snapshot(tallies: readonly Tally[], at: number): UnitCounts {
  const sum = (read: (tally: Tally) => number) => tallies.reduce((total, tally) => total + read(tally), 0);
  return {
    inflight: sum(({ inflight }) => inflight),
    requests: sum(({ requests }) => requests),
    failures: sum(({ failures }) => failures),
    aborted: sum(({ aborted }) => aborted),
    closed: sum(({ closed }) => closed),
    at,
  };
}

const empty = (): Tally => ({
  inflight: 0,
  requests: 0,
  failures: 0,
  aborted: 0,
  closed: 0,
  streams: new Set(),
  waiting: new Set(),
});
