import { readdirSync, readFileSync } from "node:fs";

/** How often the processes of this machine are looked at, ms. */
const LOOK_MS = 100;

/** What was seen of the copies of one workload. */
export interface CopiesSeen {
  /** The most that ran at any one look. */
  readonly most: number;
  /** How often none, one, two, ... ran. */
  readonly looks: readonly number[];
  /** The first looks at which more than one ran. */
  readonly doubles: readonly string[];
}

/** Watches until stopped. */
export interface Watch {
  /** How many run now. */
  now(): number;
  seen(): CopiesSeen;
  stop(): CopiesSeen;
}

const MAX_DOUBLES = 5;

/**
 * Counts the containers whose main process has `marker` among its arguments, every 100 ms, in the process table itself: all
 * engines and namespaces of this machine at once, and also while an engine is dead and its containers live on.
 */
export function watchCopies(marker: string): Watch {
  const looks: number[] = [];
  const doubles: string[] = [];
  const look = (): void => {
    const copies = copiesOf(marker);
    looks[copies.length] = (looks[copies.length] ?? 0) + 1;
    if (copies.length > 1 && doubles.length < MAX_DOUBLES)
      doubles.push(`${new Date().toISOString()}: processes ${copies.join(", ")}`);
  };
  const timer = setInterval(look, LOOK_MS);
  const seen = (): CopiesSeen => ({
    most: looks.length - 1,
    looks: Array.from(looks, (times: number | undefined) => times ?? 0),
    doubles,
  });
  return {
    now: () => copiesOf(marker).length,
    seen,
    stop: () => {
      clearInterval(timer);
      return seen();
    },
  };
}

/** Main processes of containers: those that are the first of their own process namespace. */
function copiesOf(marker: string): readonly string[] {
  return readdirSync("/proc").filter(
    (name) =>
      /^\d+$/.test(name) &&
      textOf(`/proc/${name}/cmdline`).includes(marker) &&
      /^NSpid:\t\d+(\t\d+)*\t1$/m.test(textOf(`/proc/${name}/status`)),
  );
}

/** A process may end between two looks at it. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
