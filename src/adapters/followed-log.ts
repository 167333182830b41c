import type { Call, LogQuery } from "./adapter.ts";
import type { CloudPorts } from "./cloud-ports.ts";

/** One line of a container, as NDJSON gives it: `at` in ISO 8601. */
export interface LogLine {
  readonly at: string;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
  readonly container: string;
}

/** A followed log ends by itself once it has looked so long and found nothing, ms, so that a forgotten one does not stay. */
const FOLLOW_MS = 3_600_000;

/**
 * NDJSON of `first` and, where the query follows, of what each look finds that was not there before, with `everyMs` between two looks.
 * A look that fails fails the stream; one that its caller ended only ends it.
 */
export function followedLog(
  first: readonly LogLine[],
  look: () => Promise<readonly LogLine[]>,
  given: {
    readonly query: LogQuery;
    readonly everyMs: number;
    readonly sleep: CloudPorts["sleep"];
    readonly call: Call;
  },
): ReadableStream<Uint8Array> {
  const { query, everyMs, sleep, call } = given;
  const { signal } = call;
  const mostLooks = FOLLOW_MS / everyMs;
  let inVain = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.length > 0) controller.enqueue(chunkOf(first));
      if (!query.follow) controller.close();
    },
    async pull(controller) {
      for (; inVain < mostLooks && !signal.aborted; inVain += 1) {
        await sleep(everyMs, signal);
        const fresh = signal.aborted ? [] : await unlessEnded(look, signal);
        if (fresh.length > 0) return controller.enqueue(chunkOf(fresh));
      }
      return controller.close();
    },
  });
}

function chunkOf(lines: readonly LogLine[]): Uint8Array {
  const texts = lines.map(
    ({ at, stream, line, container }) => `${JSON.stringify({ at, stream, line, container })}\n`,
  );
  return new TextEncoder().encode(texts.join(""));
}

// A caller who has gone away in the middle of a look is no failure.
async function unlessEnded(look: () => Promise<readonly LogLine[]>, signal: AbortSignal) {
  try {
    return await look();
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}
