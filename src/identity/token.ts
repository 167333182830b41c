import { createHash, timingSafeEqual } from "node:crypto";

/** The kinds of secret Berth hands out. The prefix makes them findable in leaked text. */
export const TOKEN_PREFIX = { api: "berth_api_", join: "berth_join_" } as const;
export type TokenKind = keyof typeof TOKEN_PREFIX;

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 30 characters of base62 are about 178 bits: no slow hash is needed at rest. */
const RANDOM_CHARACTERS = 30;
const CHECKSUM_CHARACTERS = 6;
/** 62 x 4: a byte of this value or more is thrown away, so that every character is equally likely. */
const EVEN_BYTES = 248;
/** Rounds of drawing; each keeps 97 % of its bytes, so more than a few means a broken source. */
const MAX_DRAWS = 16;
const OURS = new RegExp(
  `^(?:${Object.values(TOKEN_PREFIX).join("|")})[0-9A-Za-z]{${RANDOM_CHARACTERS + CHECKSUM_CHARACTERS}}$`,
);

/** The longest token anyone may send: more is not looked at. */
export const MAX_TOKEN_CHARACTERS = 512;

/** A new secret: typed prefix, 30 random base62 characters, 6 characters of CRC-32 over all before them. */
export function makeToken(kind: TokenKind, random: (bytes: number) => Uint8Array): string {
  const body = TOKEN_PREFIX[kind] + randomBase62(random);
  return body + checksum(body);
}

/**
 * Whether a presented token is worth a look-up. One in our form must carry its checksum; any other (an administrator's
 * own choice) is taken literally.
 */
export function isWellFormed(token: string): boolean {
  if (token.length === 0 || token.length > MAX_TOKEN_CHARACTERS) return false;
  if (!OURS.test(token)) return true;
  const body = token.slice(0, -CHECKSUM_CHARACTERS);
  return checksum(body) === token.slice(-CHECKSUM_CHARACTERS);
}

/** Hex SHA-256 of a token: the only form that is stored. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

/** Compares two hex hashes in a time that does not depend on where they differ. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, "hex");
  const right = Buffer.from(b, "hex");
  return left.length === right.length && left.length > 0 && timingSafeEqual(left, right);
}

function randomBase62(random: (bytes: number) => Uint8Array): string {
  let text = "";
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    for (const byte of random(RANDOM_CHARACTERS * 2)) if (byte < EVEN_BYTES) text += BASE62.charAt(byte % 62);
    if (text.length >= RANDOM_CHARACTERS) return text.slice(0, RANDOM_CHARACTERS);
  }
  throw new Error("the source of randomness gives no usable bytes");
}

function checksum(text: string): string {
  let rest = crc32(new TextEncoder().encode(text));
  let digits = "";
  for (let place = 0; place < CHECKSUM_CHARACTERS; place++) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

// CRC-32 as in ISO 3309 and zlib. Written out because `node:zlib` does not export it on every runtime.
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
