/** Tries remembered at once: what falls out is read again. */
const MOST_TRIES = 10_000;
/** A list's word that a try runs is held against a read by name once in so long, ms ... */
const BELIEVED_MS = 60_000;
/** ... and for so many tries in one look. */
const MOST_DOUBTED = 10;

/** When each try that runs was last read by its name; losing it costs reads and nothing else. */
export interface TryReads {
  note(name: string, now: number): void;
  /** Which of these, that a list shows as running, need no read: they were read since they run, and those read longest ago have their turn. */
  believed(names: readonly string[], now: number): ReadonlySet<string>;
}

/** An empty memory: every try that runs is read. */
export function rememberTryReads(): TryReads {
  const readAt = new Map<string, number>();
  return {
    note(name, now) {
      readAt.delete(name);
      const oldest = readAt.keys().next();
      if (readAt.size >= MOST_TRIES && oldest.done === false) readAt.delete(oldest.value);
      readAt.set(name, now);
    },
    believed(names, now) {
      const read = names.filter((name) => readAt.has(name));
      const at = (name: string) => readAt.get(name) ?? now;
      const old = read.filter((name) => at(name) + BELIEVED_MS <= now).sort((a, b) => at(a) - at(b));
      const doubted = new Set(old.slice(0, MOST_DOUBTED));
      return new Set(read.filter((name) => !doubted.has(name)));
    },
  };
}
