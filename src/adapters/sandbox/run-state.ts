/** One simulated try of a job, with the moments, ms, at which it changes by itself. */
export interface CloudRun {
  readonly name: string;
  readonly unit: string;
  readonly workload: string;
  readonly image: string;
  readonly createdAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly exitCode: number;
  readonly lastLines: readonly string[];
  /** It was told to end before its time. */
  readonly stoppedAt?: number | undefined;
  /** Nothing of it is kept any more but its name, which is never used again. */
  readonly taken?: true | undefined;
}

/** Tries by their provider-side names. */
export type CloudRuns = Readonly<Record<string, CloudRun>>;

export type RunEvent =
  | { readonly do: "run"; readonly run: CloudRun; readonly workload: string }
  | { readonly do: "stop-run"; readonly name: string; readonly workload: string };

/** Names that are remembered of tries that were taken away; the oldest are forgotten first. */
const MAX_TAKEN = 1_000;

/** The account's tries after a call. The same call again changes nothing: then it is the very object that came in. */
export function stepRuns(runs: CloudRuns, event: RunEvent, now: number): CloudRuns {
  if (event.do === "run") return Object.hasOwn(runs, event.run.name) ? runs : remember(runs, event.run);
  const run = runs[event.name];
  if (run === undefined || run.taken === true) return runs;
  if (now < run.endsAt) return { ...runs, [run.name]: { ...run, endsAt: now, stoppedAt: now } };
  return { ...runs, [run.name]: { ...run, taken: true } };
}

function remember(runs: CloudRuns, run: CloudRun): CloudRuns {
  const taken = Object.values(runs).filter((other) => other.taken === true);
  const forgotten = new Set(taken.slice(0, Math.max(0, taken.length - MAX_TAKEN)).map(({ name }) => name));
  const kept = Object.entries(runs).filter(([name]) => !forgotten.has(name));
  return { ...Object.fromEntries(kept), [run.name]: run };
}
