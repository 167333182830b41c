import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { Say } from "./say.ts";

const PACKAGES = ["podman", "netavark", "aardvark-dns", "iptables", "runc"] as const;
const TRIES = 3;
const LIMIT_MS = 180_000;
const PAUSE_MS = 3_000;
const APT = ["-o", "DPkg::Lock::Timeout=60", "-qq"] as const;

/** What a person without an engine can do about it. */
export function whatToInstall(): string {
  return "Install Docker (https://docs.docker.com/engine/install) or Podman (https://podman.io/docs/installation) and run the demo again, or see it without one: npm run demo -- --sandbox";
}

/** Whether the demo may install podman here: root, Debian or Ubuntu, not forbidden, and a yes where there is somebody to ask. */
export async function mayInstall(): Promise<
  { readonly allowed: true } | { readonly allowed: false; readonly because: string }
> {
  const no = (because: string) => ({ allowed: false, because }) as const;
  if ((process.env["BERTH_NO_INSTALL"] ?? "") !== "")
    return no("No container engine was found, and BERTH_NO_INSTALL forbids to install one.");
  const release = await readFile("/etc/os-release", "utf8").then(
    (text) => text,
    () => "",
  );
  if (!/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release)) return no("No container engine was found.");
  if (process.getuid?.() !== 0)
    return no("No container engine was found, and without root none can be installed.");
  if (!process.stdin.isTTY || !process.stderr.isTTY) return { allowed: true };
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `No container engine was found. Install podman with apt (${PACKAGES.join(", ")})? [Y/n] `,
  );
  terminal.close();
  return /^\s*(y(es)?)?\s*$/i.test(answer) ? { allowed: true } : no("No container engine was found.");
}

/** Install podman with apt; undefined when it is there, else the sentence why not. */
export async function installPodman(say: Say): Promise<string | undefined> {
  say.detail(
    `no container engine was found; installing ${PACKAGES.join(", ")} with apt (BERTH_NO_INSTALL=1 forbids it)`,
  );
  const end = AbortSignal.timeout(LIMIT_MS);
  const run = promisify(execFile);
  const options = { signal: end, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  let problem = "";
  for (let attempt = 1; attempt <= TRIES && !end.aborted; attempt++) {
    try {
      await run("apt-get", [...APT, "update"], options);
      await run("apt-get", [...APT, "install", "-y", "--no-install-recommends", ...PACKAGES], options);
      return undefined;
    } catch (error) {
      problem =
        error instanceof Error
          ? (error.message.split("\n").findLast((line) => line.trim() !== "") ?? error.message)
          : String(error);
      await wait(PAUSE_MS);
    }
  }
  return `podman could not be installed within ${LIMIT_MS / 1_000} s: ${problem} ${whatToInstall()}`;
}
