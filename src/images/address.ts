/**
 * What an IP address is to somebody who must not be led into a network. `never`: addresses that no registry has, among them those where
 * clouds give out credentials.
 */
export type AddressKind = "public" | "private" | "loopback" | "never";

/** The kind of an IP address as text (a zone of IPv6 is passed over); undefined when it is no address. IPv4 in four decimal parts. */
export function addressKind(address: string): AddressKind | undefined {
  const v4 = IPV4.exec(address);
  if (v4 !== null) {
    const bytes = v4.slice(1).map(Number);
    return bytes.every((byte) => byte <= 255) ? kindOfV4(bytes) : undefined;
  }
  const words = ipv6Words(address);
  return words === undefined ? undefined : kindOfV6(words);
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

// IANA IPv4 Special-Purpose Address Registry (RFC 6890), and RFC 5771 for multicast.
function kindOfV4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): AddressKind {
  if (a === 127) return "loopback";
  // "This network", link-local with the clouds' metadata, Alibaba's metadata, multicast and everything above it.
  if (a === 0 || (a === 169 && b === 254) || a >= 224) return "never";
  if (a === 100 && b === 100 && c === 100 && d === 200) return "never";
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 192 && b === 88 && c === 99) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113);
  return isPrivate ? "private" : "public";
}

// IANA IPv6 Special-Purpose Address Registry; only 2000::/3 is given out for the internet (RFC 4291, section 2.4).
function kindOfV6(words: readonly number[]): AddressKind {
  const [a = 0, b = 0] = words;
  const isZero = (from: number, to: number) => words.slice(from, to).every((word) => word === 0);
  if (isZero(0, 7) && words[7] === 1) return "loopback";
  if (isZero(0, 8)) return "never";
  // IPv4 in IPv6: mapped (RFC 4291), translated (RFC 6052), 6to4 (RFC 3056). What they lead to is what counts.
  if (isZero(0, 5) && words[5] === 0xffff) return embedded(words, 6);
  if (a === 0x64 && b === 0xff9b && isZero(2, 6)) return embedded(words, 6);
  if (a === 0x2002) return embedded(words, 1);
  // Where AWS gives out credentials, then link-local, site-local and multicast.
  if (a === 0xfd00 && b === 0xec2 && isZero(2, 7)) return "never";
  if (a >= 0xfe80) return "never";
  if (a < 0x2000 || a > 0x3fff) return "private";
  const isSpecial = a === 0x2001 && (b < 0x200 || b === 0xdb8);
  return isSpecial || (a === 0x3fff && b < 0x1000) ? "private" : "public";
}

function embedded(words: readonly number[], at: number): AddressKind {
  const [high = 0, low = 0] = words.slice(at);
  return kindOfV4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}

/** The eight words of an IPv6 address, as the URL standard reads it. */
function ipv6Words(address: string): readonly number[] | undefined {
  const [bare = ""] = address.split("%");
  const url = bare.includes(":") && URL.parse(`http://[${bare}]/`);
  if (!url) return undefined;
  // The standard writes hexadecimal words only, with at most one run of zeroes left out.
  const [before = "", after] = url.hostname.slice(1, -1).split("::");
  const words = (text: string) =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  if (after === undefined) return words(before);
  const [head, tail] = [words(before), words(after)];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
