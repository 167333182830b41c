import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  holdsUntil,
  keyToMake,
  PUBLISHED_AHEAD_MS,
  publishedAt,
  signerAt,
  SIGNS_FOR_MS,
  TOKEN_LIFE_MS,
} from "../../../src/identity/issuer/schedule.ts";

interface Key {
  readonly number: number;
  readonly signsFrom: number;
  readonly createdAt: number;
}

const HOUR_MS = 3_600_000;
/** When the broker signs something: now and then, daily, or not for a year. */
const pauses = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 2 * TOKEN_LIFE_MS }),
    fc.integer({ min: 1, max: 2 * 24 * HOUR_MS }),
    fc.integer({ min: SIGNS_FOR_MS - 3 * TOKEN_LIFE_MS, max: SIGNS_FOR_MS + 3 * TOKEN_LIFE_MS }),
    fc.integer({ min: 1, max: 400 * 24 * HOUR_MS }),
  ),
  { minLength: 1, maxLength: 40 },
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Every key ever made by a broker that signs at these times, and which key signed at each. */
function life(times: readonly number[]): {
  readonly keys: readonly Key[];
  readonly signed: readonly { readonly at: number; readonly by: Key }[];
} {
  const keys: Key[] = [];
  const signed = times.map((at) => {
    for (let wanted = keyToMake(keys, at); wanted !== undefined; wanted = keyToMake(keys, at))
      keys.push({ ...wanted, createdAt: at });
    const by = signerAt(keys, at);
    if (by === undefined) throw new Error("nothing signs");
    return { at, by };
  });
  return { keys, signed };
}

const timesOf = (gaps: readonly number[]): readonly number[] => {
  let at = 1_000_000;
  return gaps.map((gap) => (at += gap));
};
/** The key set as it was served at a time: keys made later were not there. */
const servedAt = (keys: readonly Key[], at: number): readonly Key[] =>
  publishedAt(
    keys.filter(({ createdAt }) => createdAt <= at),
    at,
  );

test("every token ever signed verifies until its end with the key set as it was at any time in the day before", () => {
  fc.assert(
    fc.property(pauses, share, share, (gaps, used, kept) => {
      const { keys, signed } = life(timesOf(gaps));
      const first = keys[0]?.createdAt ?? 0;
      for (const { at, by } of signed) {
        const verifiedAt = at + Math.floor(used * TOKEN_LIFE_MS);
        const readAt = Math.max(first, verifiedAt - Math.floor(kept * PUBLISHED_AHEAD_MS));
        expect(servedAt(keys, readAt)).toContainEqual(by);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("at any time exactly one key signs, a later one never before an earlier one, and none for less than its time", () => {
  fc.assert(
    fc.property(pauses, (gaps) => {
      const { keys, signed } = life(timesOf(gaps));
      expect(keys.map(({ number }) => number)).toEqual(keys.map((_key, index) => index + 1));
      for (const [index, key] of keys.entries()) {
        const next = keys[index + 1];
        if (next === undefined) continue;
        expect(next.signsFrom - key.signsFrom).toBeGreaterThanOrEqual(SIGNS_FOR_MS);
        expect(next.signsFrom - next.createdAt).toBeGreaterThanOrEqual(PUBLISHED_AHEAD_MS);
      }
      for (const { at, by } of signed) expect(keys.findLast(({ signsFrom }) => signsFrom <= at)).toEqual(by);
    }),
  );
});

test("an exported key set is enough for every token signed before the time it is said to hold until", () => {
  fc.assert(
    fc.property(pauses, share, (gaps, when) => {
      const times = timesOf(gaps);
      const { keys, signed } = life(times);
      const exportedAt = times[Math.floor(when * (times.length - 1))] ?? 0;
      const exported = servedAt(keys, exportedAt);
      const until = holdsUntil(exported) ?? 0;
      expect(until).toBeGreaterThanOrEqual(exportedAt + SIGNS_FOR_MS);
      for (const { by } of signed.filter(({ at }) => at >= exportedAt && at < until))
        expect(exported).toContainEqual(by);
    }),
  );
});

test("an old key leaves the set once its last token has ended, and not before", () => {
  const keys = [
    { number: 1, signsFrom: 0, createdAt: 0 },
    { number: 2, signsFrom: SIGNS_FOR_MS, createdAt: 0 },
  ];
  expect(publishedAt(keys, SIGNS_FOR_MS + TOKEN_LIFE_MS)).toHaveLength(2);
  expect(publishedAt(keys, SIGNS_FOR_MS + 2 * TOKEN_LIFE_MS)).toEqual(keys.slice(1));
});

test("without keys there is nothing to publish and nothing that holds; the first one signs at once", () => {
  expect(publishedAt([], 5)).toEqual([]);
  expect(holdsUntil([])).toBeUndefined();
  expect(signerAt([], 5)).toBeUndefined();
  expect(keyToMake([], 5)).toEqual({ number: 1, signsFrom: 5 });
});

test("a process whose clock is behind signs with the first key rather than with none", () => {
  const first = { number: 1, signsFrom: 100 };
  expect(signerAt([first, { number: 2, signsFrom: 1_000 }], 99)).toBe(first);
});
