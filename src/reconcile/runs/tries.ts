import { REMEDY } from "../../domain/fault.ts";
import { isFinal, type Attempt, type Run } from "../../domain/run.ts";

/** The tries of one index so far. */
export interface Tries {
  readonly index: number;
  readonly count: number;
  /** The newest; absent when none was begun. */
  readonly last: Attempt | undefined;
}

/** For each index of a run, how many tries it had and the last of them. */
export function lastTries({ job }: Pick<Run, "job">, attempts: readonly Attempt[]): readonly Tries[] {
  const byIndex = Map.groupBy(attempts, ({ index }) => index);
  return Array.from({ length: job.parallelism }, (_, index) => {
    const tries = byIndex.get(index) ?? [];
    const last = tries.reduce<Attempt | undefined>(
      (newest, one) => (newest === undefined || one.number > newest.number ? one : newest),
      undefined,
    );
    return { index, count: tries.length, last };
  });
}

/** Whether the index's last try has ended in a way that another may follow. */
export function mayTryAgain(run: Pick<Run, "job">, tries: Tries): boolean {
  return endOf(run, tries) === "again";
}

/** What the last try of an index came to: under way, done, another one may follow, or lost for good. */
export function endOf({ job }: Pick<Run, "job">, { last, count }: Tries): "open" | "done" | "again" | "lost" {
  if (last === undefined || !isFinal(last)) return "open";
  if (last.phase === "succeeded") return "done";
  if (count > job.retries || last.phase === "stopped") return "lost";
  if (last.phase === "unknown") return job.retryUnknown ? "again" : "lost";
  // What a provider refused as wrong it will refuse again.
  return last.setback !== undefined && REMEDY[last.setback.kind] === "tell-user" ? "lost" : "again";
}
