import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";

/** Where ports are published, and where the agent itself reaches them. */
export interface Addresses {
  readonly publishOn: string;
  readonly dialHost: string;
}

const LOOPBACK = "127.0.0.1";

/**
 * Without an address of the operator nothing leaves the host: ports are on loopback, and traffic takes the agent's line. An
 * address that is no interface of this host (one behind NAT) needs all of them.
 */
export async function addressesFor(address: string | undefined): Promise<Addresses> {
  if (address === undefined) return { publishOn: LOOPBACK, dialHost: LOOPBACK };
  const { address: ip, family } = await lookup(address);
  const isOwn = Object.values(networkInterfaces()).some(
    (list) => list?.some((one) => one.address === ip) === true,
  );
  return isOwn
    ? { publishOn: ip, dialHost: ip }
    : { publishOn: family === 6 ? "::" : "0.0.0.0", dialHost: LOOPBACK };
}
