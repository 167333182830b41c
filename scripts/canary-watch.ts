import { canariesIn, CANARY, formsOf } from "../test/canary.ts";

/** Looks for the secrets' canary in a stream of chunks, also where two of them meet. */
export interface CanaryWatch {
  readonly see: (chunk: Buffer | string) => void;
  readonly found: () => boolean;
}

const LONGEST_FORM = Math.max(...formsOf(CANARY).map(({ length }) => length));

/** A watch over one stream. */
export function watchForCanary(): CanaryWatch {
  let end = "";
  let found = false;
  return {
    see: (chunk) => {
      const text = end + chunk.toString("utf8");
      found ||= canariesIn(text).length > 0;
      end = text.slice(-LONGEST_FORM);
    },
    found: () => found,
  };
}
