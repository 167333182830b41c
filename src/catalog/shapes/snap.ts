import type { Refusal } from "../../domain/feature.ts";
import type { ContainerSize, Needs } from "../../domain/needs.ts";
import type { Shape } from "../../domain/offer.ts";

/** The part of the needs that a size must hold; `sizes`, where it tells them, are what the containers ask for, the main one first. */
export interface Size extends Pick<Needs, "milliCpu" | "memoryMiB" | "ephemeralStorageGiB"> {
  /** What is known of the images and asked for scratch volumes, which some places keep in the storage. */
  readonly images?: Needs["images"];
  readonly scratchGiB?: Needs["scratchGiB"];
  readonly sizes?: readonly ContainerSize[] | undefined;
}

/** The smallest size a cloud sells that holds what was asked; with refusals, `shape` is what was asked and cannot be had. */
export interface Snap {
  readonly shape: Shape;
  /** What each container gets of the shape, the main one first; absent where that is not told, or none is asked about. */
  readonly sizes?: readonly ContainerSize[] | undefined;
  readonly refusals: readonly Refusal[];
}

/** What was asked, as a shape, beside the reasons why no size holds it. */
export function noShape(size: Size, arch: Shape["arch"], refusals: readonly Refusal[]): Snap {
  const { milliCpu, memoryMiB, ephemeralStorageGiB } = size;
  return { shape: { milliCpu, memoryMiB, ephemeralStorageGiB, arch }, refusals };
}

/** One refusal of a size, speaking of the field to change. */
export function tooBig(field: "cpu" | "memory" | "ephemeralStorage", message: string): Refusal {
  return { rule: "size", message, pointer: `/resources/${field}` };
}

export const MIB_PER_GIB = 1024;
