import type { Needs } from "../../../src/domain/needs.ts";

/** Needs whose images were all read. */
export function imageNeedsFixture(needs: Needs): Needs {
  return { ...needs, images: { entrypoints: true } };
}
