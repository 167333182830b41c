import { exists, run } from "./command.ts";

/** What each kind of engine needs of a Debian machine: a file, and the package that brings it. */
const NEEDS = {
  docker: { "/usr/sbin/dockerd": "docker.io", "/usr/sbin/iptables": "iptables", "/usr/sbin/runc": "runc" },
  podman: {
    "/usr/bin/podman": "podman",
    "/usr/lib/podman/netavark": "netavark",
    "/usr/lib/podman/aardvark-dns": "aardvark-dns",
    "/usr/sbin/iptables": "iptables",
    "/usr/sbin/runc": "runc",
  },
  common: { "/bin/busybox": "busybox-static", "/usr/sbin/ip": "iproute2", "/usr/bin/nsenter": "util-linux" },
} as const;

const APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"] as const;
const APT_MS = 300_000;

export type EngineKind = "docker" | "podman";

/** Install what the engines need and lacks here. Throws a sentence when this machine cannot have them. */
export async function installEngines(kinds: readonly EngineKind[]): Promise<void> {
  const wanted = [NEEDS.common, ...kinds.map((kind) => NEEDS[kind])].flatMap((needs) =>
    Object.entries(needs),
  );
  const missing = new Set<string>();
  for (const [file, name] of wanted) if (!(await exists(file))) missing.add(name);
  if (process.getuid?.() !== 0) throw new Error("engines of our own need root");
  if (missing.size === 0) return;
  if (!(await exists("/usr/bin/apt-get"))) throw new Error(`install ${[...missing].join(", ")} first`);
  await run([...APT, "update"], APT_MS);
  await run([...APT, "install", "-y", "--no-install-recommends", ...missing], APT_MS);
}
