import { run, runs } from "../harness/command.ts";
import type { Host, Network } from "../harness/network.ts";

/** Documentation addresses (RFC 5737): nobody outside routes them. */
const INSIDE = "198.51.100.2";
const ROUTER = "198.51.100.1";

/**
 * A host behind a router that translates addresses: it reaches out to everybody, and nobody outside has a route to it.
 * Named like the network's own hosts, so that what a killed run left is found and removed with them.
 */
export async function hiddenHost(
  network: Network,
): Promise<{ readonly host: Host; readonly remove: () => Promise<void> }> {
  const router = await network.addHost();
  const name = `bth${String(process.pid)}z1`;
  await run(["ip", "netns", "add", name]);
  await run([
    "ip",
    "link",
    "add",
    "inside",
    "netns",
    router.name,
    "type",
    "veth",
    "peer",
    "name",
    "eth0",
    "netns",
    name,
  ]);
  await run(["ip", "-n", router.name, "address", "add", `${ROUTER}/24`, "dev", "inside"]);
  await run(["ip", "-n", router.name, "link", "set", "inside", "up"]);
  await run(["ip", "-n", name, "address", "add", `${INSIDE}/24`, "dev", "eth0"]);
  await run(["ip", "-n", name, "link", "set", "eth0", "up"]);
  await run(["ip", "-n", name, "link", "set", "lo", "up"]);
  await run(["ip", "-n", name, "route", "add", "default", "via", ROUTER]);
  await run([...router.enter, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1"]);
  await run([
    ...router.enter,
    "iptables",
    "-t",
    "nat",
    "-A",
    "POSTROUTING",
    "-o",
    "eth0",
    "-j",
    "MASQUERADE",
  ]);
  const link = (state: "up" | "down") => run(["ip", "-n", router.name, "link", "set", "inside", state]);
  return {
    host: {
      name,
      address: INSIDE,
      enter: ["nsenter", `--net=/run/netns/${name}`, "--"],
      cut: async () => void (await link("down")),
      heal: async () => void (await link("up")),
    },
    remove: async () => void (await runs(["ip", "netns", "delete", name])),
  };
}
