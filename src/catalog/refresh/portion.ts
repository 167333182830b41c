import type { Web } from "./fetch-json.ts";
import { type Believed, type FreshPrice, no } from "./fresh-price.ts";

/** Reads a part of a provider's lists, or gives what an earlier portion read of it. */
export type Take = (
  part: string,
  read: () => Promise<Believed<readonly FreshPrice[]>>,
) => Promise<Believed<readonly FreshPrice[]>>;

/** As much of a reading as one process may ask for at a time; what is left is the next one's. */
export interface Portion {
  readonly take: Take;
  /** The same network, each request counted. */
  readonly counted: (web: Web) => Web;
  /** Whether something was left: then nothing of this reading may be believed yet. */
  readonly isCut: () => boolean;
  /** What this portion read, by part. A part that failed is not among it and is read again. */
  readonly read: () => ReadonlyMap<string, readonly FreshPrice[]>;
}

/**
 * A portion that begins no further part once `mostRequests` have been made; parts under way are read to their end, so a few more may be
 * made. `known`: what earlier portions read.
 */
export function portionOf(mostRequests: number, known: ReadonlyMap<string, readonly FreshPrice[]>): Portion {
  const fresh = new Map<string, readonly FreshPrice[]>();
  let requests = 0;
  let cut = false;
  return {
    async take(part, read) {
      const before = known.get(part) ?? fresh.get(part);
      if (before !== undefined) return { ok: true, value: before };
      if (requests >= mostRequests) {
        cut = true;
        return no("it is read in the next portion");
      }
      const found = await read();
      if (found.ok) fresh.set(part, found.value);
      return found;
    },
    counted: (web) => ({
      ...web,
      fetch: (url, init) => {
        requests += 1;
        return web.fetch(url, init);
      },
    }),
    isCut: () => cut,
    read: () => fresh,
  };
}
