import { run, runs } from "./command.ts";

/** Everything the harness makes in the kernel is named after this process, so that what a killed run left can be told and removed. */
const PREFIX = "bth";
const MAX_HOSTS = 8;

/** A host of its own: a network namespace on the run's bridge. */
export interface Host {
  readonly name: string;
  /** Its address, as the test process and the other hosts reach it. */
  readonly address: string;
  /** Put before a command, it runs that command in there. */
  readonly enter: readonly string[];
  cut(): Promise<void>;
  heal(): Promise<void>;
}

/** Several hosts on one machine, joined by a bridge. `gateway` is this machine's own address on it. */
export interface Network {
  readonly gateway: string;
  addHost(): Promise<Host>;
  remove(): Promise<void>;
}

let networks = 0;

/** Make a bridge of our own. Removes what earlier, killed runs left. */
export async function createNetwork(): Promise<Network> {
  await removeStale();
  networks += 1;
  const base = `${PREFIX}${String(process.pid)}${String.fromCharCode(96 + networks)}`;
  const subnet = `10.${String(100 + networks)}.${String(process.pid % 250)}`;
  await run(["ip", "link", "add", base, "type", "bridge"]);
  await run(["ip", "address", "add", `${subnet}.1/24`, "dev", base]);
  await run(["ip", "link", "set", base, "up"]);
  const names: string[] = [];
  return {
    gateway: `${subnet}.1`,
    async addHost() {
      const number = names.length + 1;
      if (number > MAX_HOSTS) throw new Error(`a test network has ${String(MAX_HOSTS)} hosts at most`);
      names.push(`${base}${String(number)}`);
      return await createHost(
        base,
        `${base}${String(number)}`,
        `${subnet}.${String(10 + number)}`,
        `${subnet}.1`,
      );
    },
    async remove() {
      for (const name of names) await removeHost(name);
      await runs(["ip", "link", "delete", base]);
    },
  };
}

async function createHost(bridge: string, name: string, address: string, gateway: string): Promise<Host> {
  await run(["ip", "netns", "add", name]);
  await run(["ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name]);
  await run(["ip", "link", "set", name, "master", bridge, "up"]);
  await run(["ip", "-n", name, "address", "add", `${address}/24`, "dev", "eth0"]);
  await run(["ip", "-n", name, "link", "set", "eth0", "up"]);
  await run(["ip", "-n", name, "link", "set", "lo", "up"]);
  await run(["ip", "-n", name, "route", "add", "default", "via", gateway]);
  return {
    name,
    address,
    enter: ["nsenter", `--net=/run/netns/${name}`, "--"], // not "ip netns exec": it hides /sys/fs/cgroup
    cut: async () => void (await run(["ip", "link", "set", name, "down"])),
    heal: async () => void (await run(["ip", "link", "set", name, "up"])),
  };
}

async function removeHost(name: string): Promise<void> {
  await runs(["ip", "link", "delete", name]); // the namespace alone would keep its cable while a process is still inside
  await runs(["ip", "netns", "delete", name]);
}

async function removeStale(): Promise<void> {
  const ours = new RegExp(`^${PREFIX}(\\d+)[a-z]\\d*$`);
  const isStale = (name: string): boolean => {
    const pid = ours.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  };
  const namespaces = (await run(["ip", "netns", "list"])).split("\n").map((line) => line.split(" ")[0] ?? "");
  for (const name of namespaces.filter(isStale)) await removeHost(name);
  const links = (await run(["ip", "-o", "link", "show"]))
    .split("\n")
    .map((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? "");
  for (const name of links.filter(isStale)) await runs(["ip", "link", "delete", name]);
}

/** Whether a process exists, and is no zombie's name for another's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
