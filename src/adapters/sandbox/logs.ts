import { AdapterError } from "../../domain/fault.ts";
import type { LogQuery } from "../adapter.ts";
import type { CloudUnit } from "./cloud.ts";

/** How often a followed log looks for more, ms. */
const FOLLOW_EVERY_MS = 250;
/** A followed log ends by itself after this many looks (an hour), so that a forgotten one does not stay. */
const MOST_LOOKS = 14_400;

/**
 * NDJSON of what a simulated container has said so far; followed, until the unit is gone or the signal ends it.
 * `look` gives the unit as it is now, or undefined once it is gone.
 */
export function logStream(
  look: () => Promise<{ readonly unit: CloudUnit; readonly now: number } | undefined>,
  query: LogQuery,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let sent: number | undefined;
  let looks = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (; looks < MOST_LOOKS; looks += 1) {
        const seen = signal.aborted ? undefined : await look();
        if (seen === undefined) return controller.close();
        const said = linesOf(seen.unit, seen.now);
        const fresh =
          sent === undefined ? (query.tail === 0 ? [] : said.slice(-query.tail)) : said.slice(sent);
        sent = said.length;
        if (fresh.length > 0)
          controller.enqueue(encoder.encode(fresh.map((line) => `${JSON.stringify(line)}\n`).join("")));
        if (!query.follow) return controller.close();
        if (fresh.length > 0) return undefined;
        await pause(FOLLOW_EVERY_MS, signal);
      }
      return controller.close();
    },
  });
}

/** The error for logs of a unit that is not here. */
export function noLogs(name: string): AdapterError {
  return new AdapterError(
    "invalid",
    `There is no ${name} here, and a sandbox keeps no logs of what is gone.`,
  );
}

interface LogLine {
  readonly at: string;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
  readonly container: string;
}

function linesOf(unit: CloudUnit, now: number): readonly LogLine[] {
  const container = unit.containers[0] ?? unit.workload;
  const say = (ms: number, line: string, stream: LogLine["stream"] = "stdout") => ({ ms, line, stream });
  const told = [
    say(unit.createdAt, `pulling ${unit.image}`),
    say(unit.startsAt, `starting ${unit.workload}`),
    ...unit.replicas.flatMap((readyAt, replica) => {
      if (unit.crash !== undefined) return unit.crash.lastLines.map((line) => say(readyAt, line, "stderr"));
      return [
        say(
          readyAt,
          unit.port === undefined
            ? `replica ${replica} is running`
            : `replica ${replica} listens on port ${unit.port}`,
        ),
      ];
    }),
  ];
  return told
    .filter(({ ms }) => ms <= now)
    .map(({ ms, line, stream }) => ({ at: new Date(ms).toISOString(), stream, line, container }));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
