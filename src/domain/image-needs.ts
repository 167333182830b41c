import type { ImageNeeds, Needs } from "./needs.ts";
import type { ResolvedImage } from "./resolved-image.ts";
import type { Spec } from "./spec.ts";
import { imageOf } from "./template.ts";

/** What Berth places containers on: 64-bit Linux. */
const ARCHES = ["amd64", "arm64"] as const;
type Arch = (typeof ARCHES)[number];
const MEBIBYTE = 1_048_576;

/** Needs with what the registries say of the images that were resolved; as they are where none was. */
export function withImages(needs: Needs, spec: Spec, images: readonly ResolvedImage[]): Needs {
  if (images.length === 0) return needs;
  const containers = [spec, ...spec.sidecars];
  const known = containers.map(({ image }) => imageOf(images, image));
  return {
    ...needs,
    images: {
      ...archesOf(known),
      ...pullOf(known),
      ...largestOf(known),
      entrypoints: containers.every(isStartable(images)),
    },
  };
}

type Known = readonly (ResolvedImage | undefined)[];

function archesOf(known: Known): Pick<ImageNeeds, "arches"> {
  const told = known.flatMap((image) =>
    image === undefined || image.platforms.length === 0 ? [] : [builtFor(image)],
  );
  if (told.length === 0) return {};
  return { arches: ARCHES.filter((arch) => told.every((arches) => arches.has(arch))) };
}

function builtFor({ platforms }: ResolvedImage): ReadonlySet<string> {
  return new Set(platforms.filter(({ os }) => os === "linux").map(({ arch }) => arch));
}

// Each image once, for a host keeps its layers: what is pulled twice is pulled once.
function pullOf(known: Known): Pick<ImageNeeds, "pullMiB"> {
  const each = new Map(known.map((image) => [image?.digest, image]));
  const sums = ARCHES.map((arch) =>
    [...each.values()].map((image) => sizeFor(image, arch)).reduce(add, 0),
  ).filter((sum) => sum !== undefined);
  return sums.length === 0 ? {} : { pullMiB: Math.ceil(Math.max(...sums) / MEBIBYTE) };
}

// One that is known is enough: a place that has no room for it has none for all of them.
function largestOf(known: Known): Pick<ImageNeeds, "largestMiB"> {
  const largest = ARCHES.flatMap((arch): [Arch, number][] => {
    const sizes = known.map((image) => sizeFor(image, arch)).filter((size) => size !== undefined);
    return sizes.length === 0 ? [] : [[arch, Math.ceil(Math.max(...sizes) / MEBIBYTE)]];
  });
  return largest.length === 0 ? {} : { largestMiB: Object.fromEntries(largest) };
}

const sizeFor = (image: ResolvedImage | undefined, wanted: Arch): number | undefined =>
  image?.platforms.find(({ os, arch }) => os === "linux" && arch === wanted)?.sizeBytes;

const add = (sum: number | undefined, size: number | undefined): number | undefined =>
  sum === undefined || size === undefined ? undefined : sum + size;

const isStartable =
  (images: readonly ResolvedImage[]) =>
  ({ image, entrypoint, args }: Pick<Spec, "image" | "entrypoint" | "args">): boolean =>
    args === undefined || entrypoint !== undefined || imageOf(images, image)?.entrypoint !== undefined;
