import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { promisify } from "node:util";

const COMMAND_MS = 30_000;

/** Run a program by its argument list and give its standard output. Throws when it fails. */
export async function run(argv: readonly string[], timeoutMs = COMMAND_MS): Promise<string> {
  const [file = "", ...args] = argv;
  const { stdout } = await promisify(execFile)(file, args, {
    timeout: timeoutMs,
    maxBuffer: 64 * 1_048_576,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return stdout;
}

/** Whether running a program succeeds; for clean-up of what may not be there. */
export async function runs(argv: readonly string[]): Promise<boolean> {
  try {
    await run(argv);
    return true;
  } catch {
    return false;
  }
}

/** Whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
