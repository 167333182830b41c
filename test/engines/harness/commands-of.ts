import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command.ts";
import type { EngineKind } from "./install.ts";

/** How one engine is started: its argument list and what it needs in its environment. */
export interface EngineCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Files that a killed engine leaves and that would stop the next start. */
  readonly stale: readonly string[];
}

/** What an engine is told of its surroundings. */
export interface EngineSettings {
  /** Registries spoken to in clear text, such as `127.0.0.1:41231`; Docker does so with those of its own host without being told. */
  readonly plainRegistries?: readonly string[] | undefined;
}

/** Write an engine's own configuration into `dir` and say how to start it there. Nothing outside `dir` is written. */
export async function commandFor(
  kind: EngineKind,
  dir: string,
  { plainRegistries = [] }: EngineSettings = {},
): Promise<EngineCommand> {
  return kind === "docker" ? await dockerCommand(dir) : await podmanCommand(dir, plainRegistries);
}

/** Path of the engine's socket. */
export const socketOf = (dir: string): string => join(dir, "engine.sock");

async function dockerCommand(dir: string): Promise<EngineCommand> {
  // Without a key of its own every Docker on one machine says it is the same host.
  await writeFile(join(dir, "daemon.json"), JSON.stringify({ "deprecated-key-path": join(dir, "key.json") }));
  return {
    argv: [
      "dockerd",
      `--host=unix://${socketOf(dir)}`,
      `--data-root=${join(dir, "data")}`,
      `--exec-root=${join(dir, "exec")}`,
      `--pidfile=${join(dir, "engine.pid")}`,
      `--config-file=${join(dir, "daemon.json")}`,
    ],
    env: {},
    stale: [join(dir, "engine.pid"), join(dir, "exec/containerd/containerd.pid")],
  };
}

async function podmanCommand(dir: string, plainRegistries: readonly string[]): Promise<EngineCommand> {
  for (const name of ["root", "run", "tmp", "networks"]) await mkdir(join(dir, name), { recursive: true });
  // The limits of this very process: podman asks for more than a machine without CAP_SYS_RESOURCE can give.
  const limits = await run(["prlimit", "--nofile", "--output", "HARD", "--noheadings"]);
  const open = /^\d+$/.exec(limits.trim())?.[0] ?? "1048576";
  await writeFile(join(dir, "containers.conf"), containersConf(dir, open));
  await writeFile(
    join(dir, "storage.conf"),
    `[storage]\ndriver = "overlay"\ngraphroot = "${dir}/root"\nrunroot = "${dir}/run"\n`,
  );
  const plain = plainRegistries.map((host) => `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  await writeFile(join(dir, "registries.conf"), ["unqualified-search-registries = []\n", ...plain].join(""));
  return {
    argv: [
      "podman",
      `--root=${join(dir, "root")}`,
      `--runroot=${join(dir, "run")}`,
      "system",
      "service",
      "--time=0",
      `unix://${socketOf(dir)}`,
    ],
    env: {
      CONTAINERS_CONF: join(dir, "containers.conf"),
      CONTAINERS_STORAGE_CONF: join(dir, "storage.conf"),
      CONTAINERS_REGISTRIES_CONF: join(dir, "registries.conf"),
    },
    stale: [],
  };
}

/** Podman with runc, which works under cgroup v1, v2 and both at once; soft and hard limits equal, because the Docker API of 4.3 swaps them. */
const containersConf = (dir: string, open: string): string => `[containers]
default_ulimits = ["nofile=${open}:${open}", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "${dir}/tmp"
[network]
network_backend = "netavark"
network_config_dir = "${dir}/networks"
`;
