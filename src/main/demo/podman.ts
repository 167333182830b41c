import { execFile, spawn } from "node:child_process";
import { access, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { dialEngine } from "../../agent/drivers/dial.ts";

const START_MS = 20_000;
const STOP_MS = 10_000;
const STEP_MS = 50;
const FOLDERS = ["root", "run", "tmp", "networks"] as const;

/** Whether the podman program is here. */
export async function hasPodman(): Promise<boolean> {
  return access("/usr/bin/podman").then(
    () => true,
    () => false,
  );
}

/** Start podman's API service with everything it writes under `dir`. A sentence when it does not start. */
export async function startPodman(
  dir: string,
): Promise<{ readonly socket: string; stop(): Promise<void> } | string> {
  const socket = join(dir, "podman.sock");
  await writeConfiguration(dir);
  const log = await open(join(dir, "podman.log"), "a");
  const args = [
    `--root=${join(dir, "root")}`,
    `--runroot=${join(dir, "run")}`,
    "system",
    "service",
    "--time=0",
    `unix://${socket}`,
  ];
  const env = {
    ...process.env,
    CONTAINERS_CONF: join(dir, "containers.conf"),
    CONTAINERS_STORAGE_CONF: join(dir, "storage.conf"),
    CONTAINERS_REGISTRIES_CONF: join(dir, "registries.conf"),
  };
  // Podman leaves a file named "oom" in its working directory when a container runs out of memory.
  const child = spawn("podman", args, { cwd: dir, env, stdio: ["ignore", log.fd, log.fd] });
  await log.close();
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  for (let waited = 0; waited < START_MS && !ended(); waited += STEP_MS) {
    if (await answers(socket)) return { socket, stop: () => stop(child.kill.bind(child), ended, dir) };
    await wait(STEP_MS);
  }
  child.kill("SIGKILL");
  const said = (await readFile(join(dir, "podman.log"), "utf8")).slice(-500);
  return `podman's API service did not start: ${said}`;
}

async function stop(
  kill: (signal: NodeJS.Signals) => boolean,
  ended: () => boolean,
  dir: string,
): Promise<void> {
  kill("SIGTERM");
  for (let waited = 0; waited < STOP_MS && !ended(); waited += STEP_MS) await wait(STEP_MS);
  if (!ended()) kill("SIGKILL");
  await unmountBelow(dir);
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}

async function unmountBelow(dir: string): Promise<void> {
  const table = await readFile("/proc/self/mounts", "utf8");
  const points = table
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${dir}/`));
  for (const point of points.toReversed()) await promisify(execFile)("umount", ["--lazy", point]);
}

function answers(socketPath: string): Promise<boolean> {
  return dialEngine({ socketPath })
    .json({ method: "GET", path: "/version", deadlineMs: 1_000 })
    .then(
      () => true,
      () => false,
    );
}

// Soft and hard limits are equal, because the Docker API of podman 4.3 swaps them; runc works under every cgroup layout.
async function writeConfiguration(dir: string): Promise<void> {
  for (const name of FOLDERS) await mkdir(join(dir, name), { recursive: true });
  const limits = await readFile("/proc/self/limits", "utf8");
  const files = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? "1048576";
  await writeFile(
    join(dir, "containers.conf"),
    [
      "[containers]",
      `default_ulimits = ["nofile=${files}:${files}", "nproc=4096:4096"]`,
      'log_driver = "k8s-file"',
      "[engine]",
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      'runtime = "runc"',
      `tmp_dir = "${dir}/tmp"`,
      "[network]",
      'network_backend = "netavark"',
      `network_config_dir = "${dir}/networks"`,
      "",
    ].join("\n"),
  );
  await writeFile(
    join(dir, "storage.conf"),
    `[storage]\ndriver = "overlay"\ngraphroot = "${dir}/root"\nrunroot = "${dir}/run"\n`,
  );
  await writeFile(join(dir, "registries.conf"), "unqualified-search-registries = []\n");
}
