/** How often an open stream proves its token anew: a revoked one closes it within about a second (B.1, CVE-2022-3867). */
const RECHECK_MS = 1_000;
/** Silence after which a keep-alive goes out, so that no proxy on the way closes the line. */
const KEEP_ALIVE_MS = 15_000;

export interface GuardOptions {
  /** Whether the caller may still read. */
  readonly stillAllowed: () => Promise<boolean>;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Sent into silence; a stream without one stays silent. */
  readonly keepAlive?: Uint8Array | undefined;
  /** The reader has left. */
  readonly signal: AbortSignal;
}

/** The same bytes, for as long as the caller may read them. Ends cleanly when the source ends or the right does. */
export function guardedStream(
  source: ReadableStream<Uint8Array>,
  options: GuardOptions,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let reading: ReturnType<typeof reader.read> | undefined;
  let checkedAt = options.now();
  let spokeAt = options.now();

  const mayGoOn = async (): Promise<boolean> => {
    if (options.signal.aborted) return false;
    if (options.now() - checkedAt < RECHECK_MS) return true;
    checkedAt = options.now();
    return options.stillAllowed();
  };

  return new ReadableStream<Uint8Array>(
    {
      // Ends with the source, with the caller's right, or with the reader: whichever is first.
      pull: async (controller) => {
        for (;;) {
          reading ??= reader.read();
          const chunk = await chunkOrTick(reading, options);
          if (!(await mayGoOn())) {
            controller.close();
            await reader.cancel("the caller may read no more");
            return;
          }
          if (chunk === "tick") {
            if (options.keepAlive === undefined || options.now() - spokeAt < KEEP_ALIVE_MS) continue;
            spokeAt = options.now();
            controller.enqueue(options.keepAlive);
            return;
          }
          reading = undefined;
          if (chunk.done) return controller.close();
          spokeAt = options.now();
          controller.enqueue(chunk.value);
          return;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function chunkOrTick<T>(reading: Promise<T>, options: GuardOptions): Promise<T | "tick"> {
  const raced = new AbortController();
  const tick = options
    .sleep(RECHECK_MS, AbortSignal.any([raced.signal, options.signal]))
    .then(() => "tick" as const);
  try {
    return await Promise.race([reading, tick]);
  } finally {
    raced.abort();
  }
}
