import type { IssuerKey } from "../../store/store.ts";

/** Life of a token, ms: no cloud needs it longer than one exchange takes. */
export const TOKEN_LIFE_MS = 600_000;
/** A key is published at least so long before it signs, so that who keeps the key set for a day knows it by then. */
export const PUBLISHED_AHEAD_MS = 24 * 3_600_000;
/** How long a key signs, ms. The next one is made when it begins to, and published with it. */
export const SIGNS_FOR_MS = 90 * 24 * 3_600_000;
/** How far apart the clocks of processes and clouds may be, ms. */
const CLOCKS_APART_MS = 300_000;

type Timed = Pick<IssuerKey, "number" | "signsFrom">;

/** The key that signs now: the newest whose time has come. A clock that is behind takes the first. Keys are in order. */
export function signerAt<K extends Timed>(keys: readonly K[], now: number): K | undefined {
  return keys.findLast((key) => key.signsFrom <= now) ?? keys[0];
}

/** The keys that the key set shows now: each from its making until the last token of it has ended. */
export function publishedAt<K extends Timed>(keys: readonly K[], now: number): readonly K[] {
  return keys.filter((_key, index) => {
    const next = keys[index + 1];
    return next === undefined || now < next.signsFrom + TOKEN_LIFE_MS + CLOCKS_APART_MS;
  });
}

/** The key to make now, or undefined while the next one is there. The first signs at once: nobody can have kept a set without it. */
export function keyToMake(keys: readonly Timed[], now: number): Timed | undefined {
  const last = keys.at(-1);
  if (last === undefined) return { number: 1, signsFrom: now };
  if (last.signsFrom > now) return undefined;
  const earliest = now + PUBLISHED_AHEAD_MS + CLOCKS_APART_MS;
  return { number: last.number + 1, signsFrom: Math.max(last.signsFrom + SIGNS_FOR_MS, earliest) };
}

/** Until when a copy of the key set that shows these keys is enough: no other key signs before. Undefined without keys. */
export function holdsUntil(keys: readonly Timed[]): number | undefined {
  const last = keys.at(-1);
  return last === undefined ? undefined : last.signsFrom + SIGNS_FOR_MS;
}
