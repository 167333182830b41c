import type { QuerySpec } from "./query.ts";

/** The query of a list whose entries are numbered. */
export const AFTER = {
  after: {
    type: "integer",
    description: "Go on after this number.",
    minimum: 0,
    maximum: 1e15,
    default: 0,
  },
} as const satisfies QuerySpec;
