import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unlessAbsent } from "../../../src/agent/durable-file.ts";
import { run, runs } from "./command.ts";
import { isAlive } from "./network.ts";

/** Beginning of an engine's, a broker's or an agent's folder: it carries the pid of the test process, so that what a killed run left can be told. */
export const dirPrefix = (kind: string): string => join(tmpdir(), `berth-${kind}-${String(process.pid)}-`);

/** Ends engines, containers, agents and brokers of test processes that are gone, and removes their folders. Only what names such a folder is touched. */
export async function removeStale(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^berth-(?:docker|podman|broker|agent|registry)-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const dir = join(tmpdir(), name);
    await removeDir(dir);
  }
}

/**
 * Ends what still runs for a folder, and removes it. A killed engine leaves shims and monitors of containers it was just making,
 * each with a child that waits for a start that never comes.
 */
export async function removeDir(dir: string): Promise<void> {
  for (const left of await processesOf(dir)) endProcess(left);
  await unmountBelow(dir);
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}

/** Names of the network namespaces that podman makes for its containers; they do not say whose they are. */
export async function containerNamespaces(): Promise<ReadonlySet<string>> {
  const names = (await run(["ip", "netns", "list"])).split("\n").map((line) => line.split(" ")[0] ?? "");
  return new Set(names.filter((name) => /^netns-[0-9a-f-]{36}$/.test(name)));
}

/** Removes namespaces that were not there before, in which nobody is and from which no way leads out: a killed podman forgot them. */
export async function removeForgottenNamespaces(before: ReadonlySet<string>): Promise<void> {
  for (const name of await containerNamespaces()) {
    if (before.has(name) || (await said(["ip", "netns", "pids", name])) !== "") continue;
    const links = await said(["ip", "-n", name, "-o", "link", "show"]);
    if (links?.split("\n").length === 1) await runs(["ip", "netns", "delete", name]);
  }
}

/** What a program prints; undefined when it fails, as when what it is about has just gone. */
async function said(argv: readonly string[]): Promise<string | undefined> {
  try {
    return (await run(argv)).trim();
  } catch {
    return undefined;
  }
}

/** Unmount everything below a folder. */
async function unmountBelow(dir: string): Promise<void> {
  const table = await readFile("/proc/self/mounts", "utf8");
  const points = table.split("\n").map((line) => line.split(" ")[1] ?? "");
  for (const point of points.filter((path) => path.startsWith(`${dir}/`)).reverse()) {
    await runs(["umount", "--lazy", point]);
  }
}

/** Processes whose command line names the folder (engine, containerd, shims, conmon), and all they have started. */
async function processesOf(dir: string): Promise<readonly number[]> {
  const parents = new Map<number, number>();
  const found = new Set<number>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const [line, stat] = await Promise.all([
      unlessGone(`/proc/${entry}/cmdline`),
      unlessGone(`/proc/${entry}/stat`),
    ]);
    const parent = /\) \S (\d+) /.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
    if (line.includes(`${dir}/`)) found.add(Number(entry));
  }
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** A process may end while its files are read. */
async function unlessGone(path: string): Promise<string> {
  try {
    return (await unlessAbsent(readFile(path, "utf8"))) ?? "";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return "";
    throw error;
  }
}

function endProcess(pid: number): void {
  if (isAlive(pid)) process.kill(pid, "SIGKILL");
}
