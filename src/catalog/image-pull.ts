import type { Needs } from "../domain/needs.ts";

type Pulled = Pick<Needs, "images" | "runs">;

/** Billed while an image is pulled whose size nobody knows, s: a guess at a small one. */
const UNKNOWN_SECONDS = 30;
/** A guess at how a pull goes, said beside every price it is in: so long to begin, and so much a second, compressed. */
const BEGIN_SECONDS = 10;
const MIB_A_SECOND = 16;

/** How long one start is billed for pulling its images, s. */
export function pullSeconds({ images }: Pulled): number {
  if (images?.pullMiB === undefined) return UNKNOWN_SECONDS;
  return BEGIN_SECONDS + Math.ceil(images.pullMiB / MIB_A_SECOND);
}

/** What a price takes for granted about pulling, as a sentence. */
export function pullAssumption(needs: Pulled): string {
  const size = needs.images?.pullMiB;
  const of = size === undefined ? "its image" : `${size} MiB of images`;
  const each =
    needs.runs === undefined ? "each replica starts once a month and is billed" : "each run is billed";
  return `image-pull: ${each} ${pullSeconds(needs)} s for pulling ${of}`;
}
