import { REMEDY } from "../../domain/fault.ts";
import { isFinal, type Attempt, type Run } from "../../domain/run.ts";

/** Tries of one index that their places refused and that therefore count for nothing: any further one counts. */
const MAX_REFUSED = 10;

/** The tries of one index so far. */
export interface Tries {
  readonly index: number;
  /** Those that the job's `retries` count. */
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
    const refused = tries.filter(wasRefused).length;
    return { index, count: tries.length - Math.min(MAX_REFUSED, refused), last };
  });
}

/** Whether a try ended without having begun, because its place refused it and another one was there. */
export function wasRefused({ phase, stop, startedAt, exitCode }: Attempt): boolean {
  const ran = startedAt !== undefined || exitCode !== undefined;
  return phase === "failed" && stop?.why === "refused" && !ran;
}

/**
 * What the last try of an index came to: under way, done, another one may follow, not known to be over, or lost for good. `isOver`: whether
 * nothing of a try with an unknown end can still run.
 */
export function endOf(
  { job }: Pick<Run, "job">,
  { last, count }: Tries,
  isOver: (attempt: Attempt) => boolean,
): "open" | "done" | "again" | "unproven" | "lost" {
  if (last === undefined || !isFinal(last)) return "open";
  if (last.phase === "succeeded") return "done";
  if (count > job.retries || last.phase === "stopped") return "lost";
  if (last.phase === "unknown") {
    if (!job.retryUnknown) return "lost";
    if (isOver(last)) return "again";
    return last.released ? "lost" : "unproven";
  }
  // What a provider refused as wrong it will refuse again.
  return last.setback !== undefined && REMEDY[last.setback.kind] === "tell-user" ? "lost" : "again";
}

/**
 * Whether an unknown end was seen at its place: nothing of the try was there any more then. One that was given up because nobody could
 * confirm it may run on, until it is taken away.
 */
export function isSeenOver({ stop, released, setback }: Attempt): boolean {
  if (stop === undefined || stop.why === "lost") return true;
  return released && setback === undefined;
}
