import * as fc from "fast-check";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import {
  hashToken,
  isWellFormed,
  makeToken,
  MAX_TOKEN_CHARACTERS,
  sameHash,
  TOKEN_PREFIX,
} from "../../src/identity/token.ts";

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const kinds = fc.constantFrom(...(["api", "join"] as const));
const sources = fc
  .infiniteStream(fc.integer({ min: 0, max: 255 }))
  .map((stream) => (bytes: number) => Uint8Array.from(stream.take(bytes)));

test("a token has its kind's prefix, 30 random characters and 6 of checksum", () => {
  fc.assert(
    fc.property(kinds, sources, (kind, source) => {
      expect(makeToken(kind, source)).toMatch(new RegExp(`^${TOKEN_PREFIX[kind]}[0-9A-Za-z]{36}$`));
    }),
  );
});

test("the checksum is CRC-32 over all before it", () => {
  const token = makeToken("api", random);
  const digits = Array.from(token.slice(-6)).map((digit) =>
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".indexOf(digit),
  );
  expect(digits.reduce((sum, digit) => sum * 62 + digit, 0)).toBe(crc32(token.slice(0, -6)));
});

test("every token made is well formed, and no single mistyped character goes through", () => {
  fc.assert(
    fc.property(kinds, fc.nat(35), fc.constantFrom("0", "A", "a", "z", "9", "Z"), (kind, place, typed) => {
      const token = makeToken(kind, random);
      expect(isWellFormed(token)).toBe(true);
      const at = TOKEN_PREFIX[kind].length + place;
      const wrong = token.slice(0, at) + typed + token.slice(at + 1);
      expect(isWellFormed(wrong)).toBe(wrong === token);
    }),
  );
});

test("an administrator's own token is taken literally; nothing endless is", () => {
  expect(isWellFormed("correct-horse-battery-staple")).toBe(true);
  expect(isWellFormed("berth_admin_of_my_own_choice")).toBe(true);
  expect(isWellFormed("")).toBe(false);
  expect(isWellFormed("x".repeat(MAX_TOKEN_CHARACTERS + 1))).toBe(false);
});

test("two tokens never share their randomness, and a broken source of it is noticed", () => {
  const tokens = Array.from({ length: 1_000 }, () => makeToken("api", random));
  expect(new Set(tokens).size).toBe(tokens.length);
  expect(() => makeToken("api", (bytes) => new Uint8Array(bytes).fill(255))).toThrow("randomness");
});

test("hashes are equal exactly when the tokens are", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(sameHash(hashToken(one), hashToken(other))).toBe(Buffer.from(one).equals(Buffer.from(other)));
    }),
  );
  expect(sameHash("", "")).toBe(false);
  expect(sameHash("ab", "abcd")).toBe(false);
});
