import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unlessAbsent } from "../durable-file.ts";

/** The process table, and how a process is ended. */
export interface ProcessTable {
  readonly dir: string;
  readonly kill: (pid: number) => void;
}

const HOST: ProcessTable = { dir: "/proc", kill: (pid) => void process.kill(pid, "SIGKILL") };

/**
 * Kills what still runs of containers that their engine takes for stopped: one that was itself killed while it started a container
 * can forget the process, which would then run beside its successor. A process is told by its control group, which names the
 * container. Throws a sentence when this user may not end one; where there is no process table it does nothing.
 */
export async function endStrays(containers: readonly string[], table: ProcessTable = HOST): Promise<void> {
  if (containers.length === 0) return;
  const names = (await unlessAbsent(readdir(table.dir))) ?? [];
  for (const name of names.filter((entry) => /^\d+$/.test(entry))) {
    const groups = await groupsOf(join(table.dir, name, "cgroup"));
    if (containers.some((id) => groups.includes(id))) end(Number(name), table);
  }
}

/** A process may end while its file is read. */
async function groupsOf(path: string): Promise<string> {
  try {
    return (await unlessAbsent(readFile(path, "utf8"))) ?? "";
  } catch (error) {
    if (codeOf(error) === "ESRCH") return "";
    throw error;
  }
}

function end(pid: number, table: ProcessTable): void {
  try {
    table.kill(pid);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return;
    throw new Error(
      `process ${String(pid)} still runs of a container that its engine has forgotten, and this user may not end it: end it as root`,
      { cause: error },
    );
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
