import type { ResolveImage } from "../../src/domain/resolved-image.ts";

/** No registry is within reach: every image keeps its tag. */
export const noImages: ResolveImage = async () => ({
  said: "unreachable",
  message: "no registry is asked here",
});
