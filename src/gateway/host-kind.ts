/** What kind of host an upstream's URL names; `url.hostname` has octal and decimal IPv4 already in dotted form. */
export function hostKind(hostname: string): { readonly isIp: boolean; readonly isPrivate: boolean } {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (host.startsWith("[")) return { isIp: true, isPrivate: isPrivateV6(host.slice(1, -1)) };
  if (IPV4.test(host)) return { isIp: true, isPrivate: isPrivateV4(host) };
  const isPrivate = !host.includes(".") || PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix));
  return { isIp: false, isPrivate };
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
/** Names that mean something only inside a network (RFC 6761, RFC 6762, RFC 8375 and ICANN's .internal). */
const PRIVATE_SUFFIXES = [".localhost", ".local", ".internal", ".home.arpa"];

/** Not globally reachable (IANA IPv4 special-purpose registry). */
function isPrivateV4(host: string): boolean {
  const [a = 0, b = 0] = host.split(".").map(Number);
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 198 && (b === 18 || b === 19))
  );
}

/** Only 2000::/3 is global unicast (RFC 4291), and an address that embeds IPv4 could be any of the above. */
function isPrivateV6(address: string): boolean {
  return !/^[23]/.test(address) || address.startsWith("2002:") || address.startsWith("2001:0:");
}
