import { MAX_WAIT_SECONDS } from "../broker/wait.ts";
import type { QuerySpec } from "./query.ts";

/** The query of a call that may wait until what it reads is `word`. */
export const waitQuery = <const Word extends string>(word: Word) =>
  ({
    wait: { type: "string", description: "What to wait for.", enum: [word] },
    timeoutSeconds: {
      type: "integer",
      description: "How long to wait.",
      minimum: 0,
      maximum: MAX_WAIT_SECONDS,
      default: 30,
    },
  }) as const satisfies QuerySpec;
