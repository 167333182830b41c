import type { Log } from "../broker/ports.ts";

/** One line a message: time, level, sentence, and data as JSON. */
export function logTo(write: (line: string) => void, now: () => number): Log {
  return (level, message, data) => {
    const rest = data === undefined ? "" : ` ${JSON.stringify(data)}`;
    write(`${new Date(now()).toISOString()} ${level.padEnd(5)} ${message}${rest}\n`);
  };
}
