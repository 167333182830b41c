import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";

/** A Node process of ours: its handle, and the promise of its end. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

const KILL_AFTER_MS = 10_000;

/** Start a script of ours on this very Node. Its stderr (and stdout, with `logFile`) go to a file, or nowhere. */
export function startNode(
  script: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly logFile?: string } = {},
): Started {
  const { logFile } = options;
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", logFile === undefined ? "ignore" : "pipe"],
  });
  if (logFile !== undefined) {
    const log = createWriteStream(logFile, { flags: "a" });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
  return { child, ended };
}

/** Ask a process to stop, and make it stop when it does not. */
export async function stopProcess({ child, ended }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(timer);
}
