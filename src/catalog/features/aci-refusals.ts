import type { Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import { memoryText } from "../size-text.ts";
import { ACI_STORAGE_GIB } from "../shapes/aci.ts";
import { reservedPort } from "./aci-reserved-port.ts";

/**
 * The largest image, 15 GB (Microsoft, "Frequently asked questions about Azure Container Instances", 2025-11-17, which adds that a larger
 * one may be taken, without promise), MiB. What is known of one is its size as it is pulled, which unpacked is no smaller.
 */
const MOST_IMAGE_MIB = Math.ceil(15e9 / 1_048_576);

/** What of these needs no container group takes, wherever and however it is bought. */
export function aciRefusals(needs: Needs): readonly Refusal[] {
  const { route, fileFolders = [], demands, images, scratchGiB = 0 } = needs;
  const refusals: Refusal[] = [];
  const refuse = (pointer: string, message: string) => refusals.push({ rule: "limit", message, pointer });
  const port = route === undefined ? undefined : reservedPort(route.port);
  if (port !== undefined) refuse("/route/port", port);
  if (fileFolders.includes("/"))
    refuse("/files", "A file directly below / would hide the whole image: put it into a folder");
  if (scratchGiB > ACI_STORAGE_GIB)
    refuse(
      "/volumes",
      `Scratch volumes share the ${ACI_STORAGE_GIB} GiB of storage of a container group, and these have ${scratchGiB}: make them smaller`,
    );
  const imageMiB = images?.largestMiB?.amd64 ?? 0;
  if (imageMiB > MOST_IMAGE_MIB)
    refuse(
      "/image",
      `Container Instances takes images of 15 GB at most, and one has ${memoryText(imageMiB)} as it is pulled: make it smaller, or exclude aci by policy`,
    );
  const alone = demands.find(({ feature }) => feature === "args-alone");
  if (alone !== undefined && images?.entrypoints !== true)
    refuse(
      alone.pointer,
      "Container Instances has one command for ENTRYPOINT and CMD, and the image's entrypoint could not be read: give entrypoint together with args",
    );
  return refusals;
}
