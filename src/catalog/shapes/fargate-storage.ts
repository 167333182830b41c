import type { Refusal } from "../../domain/feature.ts";
import type { Shape } from "../../domain/offer.ts";
import { memoryText } from "../size-text.ts";
import { MIB_PER_GIB, type Size, tooBig } from "./snap.ts";

/** Storage in every task's price, and the most it can have (Amazon ECS API, EphemeralStorage). */
export const FARGATE_INCLUDED_STORAGE_GIB = 20;
export const FARGATE_MAX_STORAGE_GIB = 200;

/**
 * Why so much storage is too little for a task, if it is. It holds what the containers write, scratch volumes among it, and an image as it was
 * pulled and unpacked besides (Amazon ECS developer guide, "Fargate task ephemeral storage"). Unpacked an image is no smaller, and of
 * several only the largest is counted, for they may share layers: so what is refused has no room for certain.
 */
export function storageRefusals(
  { images, scratchGiB = 0 }: Size,
  storageGiB: number,
  arch: Shape["arch"],
): readonly Refusal[] {
  const pulledMiB = arch === "any" ? 0 : (images?.largestMiB?.[arch] ?? 0);
  const leastGiB = Math.ceil((2 * pulledMiB) / MIB_PER_GIB) + scratchGiB;
  if (leastGiB <= storageGiB) return [];
  const held = [
    ...(pulledMiB === 0 ? [] : [`an image of ${memoryText(pulledMiB)} twice, as pulled and unpacked`]),
    ...(scratchGiB === 0 ? [] : [`scratch volumes of ${scratchGiB} GiB`]),
  ].join(" and ");
  const advice =
    leastGiB > FARGATE_MAX_STORAGE_GIB
      ? `, and no task has more than ${FARGATE_MAX_STORAGE_GIB} GiB: make them smaller`
      : `: set resources.ephemeralStorage to ${leastGiB}Gi or more`;
  return [
    tooBig("ephemeralStorage", `A Fargate task's ${storageGiB} GiB of storage cannot hold ${held}${advice}`),
  ];
}
