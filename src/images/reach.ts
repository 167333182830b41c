import { addressKind, type AddressKind } from "./address.ts";

/** Which networks this instance asks registries in, besides the internet. */
export interface Reach {
  /** Private networks: `BERTH_ALLOW_PRIVATE_REGISTRIES=1`. */
  readonly private: boolean;
  /** This very machine: that, or a broker that only this machine can reach. */
  readonly loopback: boolean;
}

/** Why a URL of a registry or of its tokens is not asked, as a sentence without its full stop; undefined when it may be. */
export function urlProblem(url: URL, reach: Reach): string | undefined {
  const kind = hostKind(url.hostname);
  if (url.username !== "" || url.password !== "") return `${url.host} is given with a user in the URL`;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && kind === "loopback"))
    return `${url.host} would be asked over ${url.protocol.replace(":", "")}, and only https is`;
  return kindProblem(url.host, kind, reach);
}

/** The same for an address that a name has led to. */
export function addressProblem(host: string, address: string, reach: Reach): string | undefined {
  return kindProblem(host, addressKind(address) ?? "never", reach);
}

/** Whether a host name or address, as URLs write it, can only be this machine. */
export function isLoopback(hostname: string): boolean {
  return hostKind(hostname) === "loopback";
}

function kindProblem(host: string, kind: AddressKind, reach: Reach): string | undefined {
  if (kind === "public") return undefined;
  if (kind === "never") return `${host} is an address that no registry has`;
  if (reach.private || (kind === "loopback" && reach.loopback)) return undefined;
  return `${host} is in a private network, and this instance asks registries of the internet only (BERTH_ALLOW_PRIVATE_REGISTRIES=1 on the broker allows the others)`;
}

/** Ends of names that are never in the internet's DNS (RFC 6761, RFC 6762, RFC 8375, ICANN's reservation of .internal). */
const PRIVATE_ENDS = [".local", ".internal", ".home.arpa", ".localdomain", ".lan", ".intranet", ".corp"];

// The URL standard has turned every way of writing an IPv4 address into four decimal parts by now.
function hostKind(hostname: string): AddressKind {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  const literal = host.startsWith("[") ? host.slice(1, -1) : host;
  const kind = addressKind(literal);
  if (kind !== undefined) return kind;
  if (host === "localhost" || host.endsWith(".localhost")) return "loopback";
  const isPrivate = !host.includes(".") || PRIVATE_ENDS.some((end) => host.endsWith(end));
  return isPrivate ? "private" : "public";
}
