import type { Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Shape } from "../../domain/offer.ts";

/** The part of the needs that a size must hold. */
export type Size = Pick<Needs, "milliCpu" | "memoryMiB" | "ephemeralStorageGiB">;

/** The smallest size a cloud sells that holds what was asked; with refusals, `shape` is what was asked and cannot be had. */
export interface Snap {
  readonly shape: Shape;
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
